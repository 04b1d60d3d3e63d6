// cornu_benchmarks                                     Google Benchmark's table; its options, --benchmark_filter=…
// cornu_benchmarks --plot [FOLDER]                     the cost of a step by the rows of a table, and a picture of it
// cornu_benchmarks --file make|load|map|save PATH      the seconds of that, for files.py
// cornu_benchmarks --read cat|fresh|vectors|npz PATH    the seconds and the memory of that, for reading.py
// cornu_benchmarks --row-steps OPTIMIZER ROWS STEPS    that many steps and nothing else, for counting instructions
#include <benchmark/benchmark.h>

#include <string>

#include "tests/benchmarks/files.hpp"
#include "tests/benchmarks/reading.hpp"
#include "tests/benchmarks/row_cost.hpp"

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--plot") {
    cornu::benchmarks::plot_row_cost(argc > 2 ? argv[2] : ".");
    return 0;
  }
  if (mode == "--file" && argc == 4) {
    cornu::benchmarks::time_file(argv[2], argv[3]);
    return 0;
  }
  if (mode == "--read" && argc == 4) {
    cornu::benchmarks::time_reading(argv[2], argv[3]);
    return 0;
  }
  if (mode == "--row-steps" && argc == 5) {
    cornu::benchmarks::run_row_steps(argv[2], std::stoll(argv[3]), std::stoll(argv[4]));
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
