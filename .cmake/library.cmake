# The library: sets of objects, archived as libcornu.a, linked as libcornu.so, or both.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # cornu::cornu also serves the project that adds this one as a subdirectory
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
find_package(xtensor REQUIRED)
find_path(XTENSOR_BLAS_INCLUDE_DIR xtensor-blas/xblas.hpp REQUIRED)
list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(OpenBLAS MODULE REQUIRED)

# <cornu/framework/tensor/tensor.hpp> is spelled in the build tree as it is once installed.
set(include_dir ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${include_dir}/cornu)
foreach(room framework layers optim)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${room} ${include_dir}/cornu/${room} SYMBOLIC)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/framework/cornu.hpp ${include_dir}/cornu/cornu.hpp SYMBOLIC)

# How the library's own sources are compiled; nothing of it reaches a user but C++20, the headers and fmt.
add_library(cornu_build INTERFACE)
target_link_libraries(cornu_build INTERFACE cornu_settings xtensor)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # clang and gcc disagree on the names of some of fmt's templates: fmt::format_to finds nothing in a libfmt built by gcc.
  target_link_libraries(cornu_build INTERFACE fmt::fmt-header-only)
else()
  target_link_libraries(cornu_build INTERFACE fmt::fmt)
endif()
target_include_directories(cornu_build INTERFACE ${include_dir})
target_include_directories(cornu_build SYSTEM INTERFACE ${XTENSOR_BLAS_INCLUDE_DIR})
target_compile_options(cornu_build INTERFACE -fno-semantic-interposition ${hardening})

# cornu_add_objects(NAME SOURCE…)
function(cornu_add_objects name)
  add_library(${name} OBJECT ${ARGN})
  target_link_libraries(${name} PRIVATE cornu_build)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# cornu_take(RESULT REGEX): moves the sources that match from `sources` to RESULT.
function(cornu_take result regex)
  set(${result} ${sources})
  list(FILTER ${result} INCLUDE REGEX ${regex})
  list(FILTER sources EXCLUDE REGEX ${regex})
  set(${result} ${${result}} PARENT_SCOPE)
  set(sources ${sources} PARENT_SCOPE)
endfunction()

cornu_glob(sources framework/*.cpp layers/*.cpp optim/*.cpp)
cornu_take(kernel_sources "^framework/kernels/simd/")
cornu_take(engine_sources "^framework/(base|tensor|kernels|autodiff|ops)/")
cornu_add_objects(cornu_engine_objects ${engine_sources})
cornu_add_objects(cornu_objects ${sources})
foreach(objects cornu_engine_objects cornu_objects)  # not the kernels: their sums lie in arrays, which each call would check
  target_compile_options(${objects} PRIVATE ${stack_protector})
endforeach()
include(.cmake/kernels.cmake)
set(engine_objects $<TARGET_OBJECTS:cornu_engine_objects> ${kernel_objects})
set(core_objects ${engine_objects} $<TARGET_OBJECTS:cornu_objects>)

# cornu_add_part(PART KIND FILE OBJECT…): cornu::PART_KIND, one file.
function(cornu_add_part part kind file)
  string(TOUPPER ${kind} type)
  set(name cornu_${part}_${kind})
  add_library(${name} ${type} ${ARGN})
  add_library(cornu::${part}_${kind} ALIAS ${name})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME ${file} EXPORT_NAME ${part}_${kind} INSTALL_RPATH "$ORIGIN"
                        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_link_options(${name} PRIVATE ${sanitizers} ${hardening_link})
endfunction()

# cornu_add_library(KIND): cornu::KIND, which is all of its parts.
function(cornu_add_library kind)
  cornu_add_part(core ${kind} cornu ${core_objects})
  target_compile_features(cornu_core_${kind} PUBLIC cxx_std_20)
  target_include_directories(cornu_core_${kind} INTERFACE $<BUILD_INTERFACE:${include_dir}>
                                                          $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(cornu_core_${kind} PUBLIC fmt::fmt PRIVATE OpenBLAS::OpenBLAS Threads::Threads)
  add_library(cornu_${kind} INTERFACE)
  add_library(cornu::${kind} ALIAS cornu_${kind})
  set_target_properties(cornu_${kind} PROPERTIES EXPORT_NAME ${kind})
  target_link_libraries(cornu_${kind} INTERFACE cornu_core_${kind})
endfunction()

if(BUILD_SHARED_LIBS)
  set(library_kinds shared)
else()
  set(library_kinds static)
endif()
set(library_kind ${library_kinds})
if(CORNU_BUILD_BOTH)
  set(library_kinds static shared)
endif()
foreach(kind ${library_kinds})
  cornu_add_library(${kind})
endforeach()
add_library(cornu::cornu ALIAS cornu_${library_kind})

# Tests and benchmarks use what the shared library keeps to itself.
if(NOT "static" IN_LIST library_kinds)
  cornu_add_library(static)
  set_target_properties(cornu_core_static PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
