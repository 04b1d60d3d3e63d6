# cornu_tests: every tests/**/*.cpp in one doctest program.
find_package(doctest REQUIRED)
cornu_glob(test_sources tests/*.cpp)
list(FILTER test_sources EXCLUDE REGEX "^tests/(benchmarks|consumer|fixtures)/")
add_executable(cornu_tests ${test_sources})
target_link_libraries(cornu_tests PRIVATE cornu::cornu cornu_settings doctest::doctest)
target_include_directories(cornu_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(cornu_tests PRIVATE CORNU_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
add_test(NAME cornu_tests COMMAND cornu_tests)
