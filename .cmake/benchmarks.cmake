# cornu_benchmarks: tests/benchmarks/*.cpp, by Google Benchmark.
find_package(benchmark REQUIRED)
cornu_glob(benchmark_sources tests/benchmarks/*.cpp)
add_executable(cornu_benchmarks ${benchmark_sources})
target_link_libraries(cornu_benchmarks PRIVATE cornu::static cornu_settings benchmark::benchmark)
target_include_directories(cornu_benchmarks PRIVATE ${PROJECT_SOURCE_DIR})
