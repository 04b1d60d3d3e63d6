# The library: one set of objects, archived as libcornu.a, linked as libcornu.so, or both.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # cornu::cornu also serves the project that adds this one as a subdirectory
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
find_package(xtensor REQUIRED)
find_path(XTENSOR_BLAS_INCLUDE_DIR xtensor-blas/xblas.hpp REQUIRED)
list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(OpenBLAS MODULE REQUIRED)

# <cornu/framework/tensor.hpp> is spelled in the build tree as it is once installed.
set(include_dir ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${include_dir}/cornu)
foreach(room framework layers optim)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${room} ${include_dir}/cornu/${room} SYMBOLIC)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/framework/cornu.hpp ${include_dir}/cornu/cornu.hpp SYMBOLIC)

# What a user may include; kernels/ and ops/ are the engine's own.
cornu_glob(public_headers framework/*.hpp layers/*.hpp optim/*.hpp)
list(FILTER public_headers EXCLUDE REGEX "^framework/(kernels|ops)/|^framework/cornu\\.hpp$")

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
target_compile_options(cornu_build INTERFACE -fno-semantic-interposition)

# framework/kernels/simd is compiled for three kinds of x86-64; the table chosen at start-up picks the best that runs.
# Flags must not change what a kernel computes beyond rounding: no -ffast-math.
set(kernel_flags -fno-math-errno -fno-trapping-math)
if(NOT CORNU_SANITIZE)
  list(APPEND kernel_flags $<$<NOT:$<CONFIG:Debug>>:-O3>)
endif()
set(kernel_flags_baseline)
set(kernel_flags_v3 -march=x86-64-v3)
set(kernel_flags_v4 -march=x86-64-v4 -mprefer-vector-width=512)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
  set(kernel_builds baseline v3 v4)
else()
  set(kernel_builds baseline)
  target_compile_definitions(cornu_build INTERFACE CORNU_ONLY_BASELINE)
endif()

set(library_objects)
function(cornu_add_objects name)
  add_library(${name} OBJECT ${ARGN})
  target_link_libraries(${name} PRIVATE cornu_build)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  set(library_objects ${library_objects} $<TARGET_OBJECTS:${name}> PARENT_SCOPE)
endfunction()

cornu_glob(library_sources framework/*.cpp layers/*.cpp optim/*.cpp)
set(kernel_sources ${library_sources})
list(FILTER library_sources EXCLUDE REGEX "^framework/kernels/simd/")
list(FILTER kernel_sources INCLUDE REGEX "^framework/kernels/simd/")
cornu_add_objects(cornu_objects ${library_sources})
# An optimizer's rule gives an element the same result in a vector as in the rest of a row.
set_source_files_properties(framework/kernels/simd/optimizers.cpp framework/kernels/simd/idle.cpp
                            PROPERTIES COMPILE_OPTIONS -ffp-contract=off)
if(kernel_sources)
  foreach(build ${kernel_builds})
    cornu_add_objects(cornu_kernels_${build} ${kernel_sources})
    target_compile_options(cornu_kernels_${build} PRIVATE ${kernel_flags} ${kernel_flags_${build}})
    target_compile_definitions(cornu_kernels_${build} PRIVATE CORNU_ISA=${build})
  endforeach()
endif()

function(cornu_add_library name kind)
  string(TOUPPER ${kind} type)
  add_library(${name} ${type} ${library_objects})
  add_library(cornu::${kind} ALIAS ${name})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME cornu EXPORT_NAME ${kind}
                        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} INTERFACE $<BUILD_INTERFACE:${include_dir}>
                                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${name} PUBLIC fmt::fmt PRIVATE OpenBLAS::OpenBLAS Threads::Threads)
  target_link_options(${name} PRIVATE ${sanitizers})
endfunction()

if(BUILD_SHARED_LIBS)
  set(library_kind shared)
  set(other_kind static)
else()
  set(library_kind static)
  set(other_kind shared)
endif()
cornu_add_library(cornu ${library_kind})
add_library(cornu::cornu ALIAS cornu)
if(CORNU_BUILD_BOTH)
  cornu_add_library(cornu_${other_kind} ${other_kind})
endif()
