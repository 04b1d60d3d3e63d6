# cornu_tests: every tests/**/*.cpp in one doctest program.
find_package(doctest REQUIRED)
cornu_glob(test_sources tests/*.cpp)
list(FILTER test_sources EXCLUDE REGEX "^tests/(benchmarks|consumer|fixtures)/")
add_executable(cornu_tests ${test_sources})
target_link_libraries(cornu_tests PRIVATE cornu::cornu cornu_settings doctest::doctest)
target_include_directories(cornu_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(cornu_tests PRIVATE DOCTEST_CONFIG_VOID_CAST_EXPRESSIONS) # CHECK_THROWS of [[nodiscard]]
set_source_files_properties(tests/support/fixture.cpp PROPERTIES
                            COMPILE_DEFINITIONS CORNU_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
target_compile_options(cornu_tests PRIVATE $<$<CONFIG:Release>:-O1>) # compiles faster; the work is in the library
add_test(NAME cornu_tests COMMAND cornu_tests)

list(TRANSFORM kernel_builds PREPEND cornu_kernels_ OUTPUT_VARIABLE kernel_targets)
if(kernel_sources AND CMAKE_BUILD_TYPE STREQUAL "Release")
  list(TRANSFORM kernel_targets REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE kernel_objects)
  add_test(NAME kernel_symbols COMMAND ${PROJECT_SOURCE_DIR}/tests/kernel_symbols ${kernel_objects} COMMAND_EXPAND_LISTS)
endif()
add_test(NAME room_order COMMAND ${PROJECT_SOURCE_DIR}/tests/room_order_can_fail)
