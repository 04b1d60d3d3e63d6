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

# An optimizer's rule gives an element the same result in a vector as in the rest of a row.
set(rule_sources ${kernel_sources})
list(FILTER rule_sources INCLUDE REGEX "/rules/")
set_source_files_properties(${rule_sources} PROPERTIES COMPILE_OPTIONS -ffp-contract=off)

set(kernel_objects)
foreach(build ${kernel_builds})
  cornu_add_objects(cornu_kernels_${build} ${kernel_sources})
  target_compile_options(cornu_kernels_${build} PRIVATE ${kernel_flags} ${kernel_flags_${build}})
  target_compile_definitions(cornu_kernels_${build} PRIVATE CORNU_ISA=${build})
  list(APPEND kernel_objects $<TARGET_OBJECTS:cornu_kernels_${build}>)
endforeach()
