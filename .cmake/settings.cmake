# What every target of the project is compiled with.
include(GNUInstallDirs)

# A build that names no type is a Release; as a part of another project cornu alone is.
get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT multi_config)
  if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
  else()
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(CCACHE ccache)
  if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
endif()

# Warnings, the language and the sanitizers, for targets of the project alone. Two warnings of gcc 12 are false alarms in its
# own library: optimised code that moves a std::variant or inserts into a std::string.
add_library(cornu_settings INTERFACE)
target_compile_features(cornu_settings INTERFACE cxx_std_20)
target_compile_options(cornu_settings INTERFACE -Wall -Wextra -Wconversion $<$<BOOL:${CORNU_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(cornu_settings INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
set(sanitizers)
if(CORNU_SANITIZE)
  set(sanitizers -fsanitize=${CORNU_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_compile_options(cornu_settings INTERFACE ${sanitizers} -O1 $<$<BOOL:${CORNU_BUILD_FUZZERS}>:-fsanitize=fuzzer-no-link>)
  target_compile_definitions(cornu_settings INTERFACE _GLIBCXX_ASSERTIONS
    $<$<BOOL:${CORNU_BUILD_FUZZERS}>:FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION>)  # readers leave checksums out
  target_link_options(cornu_settings INTERFACE ${sanitizers})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# What makes a mistake in an installed library or program harder to exploit, in optimised builds; what the compiler or the
# linker does not know is left out.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)
check_cxx_compiler_flag(-fstack-protector-strong CORNU_HAS_STACK_PROTECTOR)
check_cxx_compiler_flag(-fcf-protection CORNU_HAS_CF_PROTECTION)
check_linker_flag(CXX -Wl,-z,relro,-z,now CORNU_HAS_RELRO)
set(stack_protector)
set(hardening)
set(hardening_link)
if(NOT CORNU_SANITIZE)
  set(optimized $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  set(stack_protector $<$<AND:${optimized},$<BOOL:${CORNU_HAS_STACK_PROTECTOR}>>:-fstack-protector-strong>)
  set(hardening $<${optimized}:-U_FORTIFY_SOURCE> $<${optimized}:-D_FORTIFY_SOURCE=3>
                $<$<AND:${optimized},$<BOOL:${CORNU_HAS_CF_PROTECTION}>>:-fcf-protection>)
  set(hardening_link $<$<AND:${optimized},$<BOOL:${CORNU_HAS_RELRO}>>:-Wl,-z,relro,-z,now>)
endif()

# The sources of some folders, relative to the top; a new file is noticed at the next build.
function(cornu_glob result)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${ARGN})
  list(SORT files)
  set(${result} ${files} PARENT_SCOPE)
endfunction()
