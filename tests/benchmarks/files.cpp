// load_model and save of a .keras file with a table of 100 MB. files.py puts NumPy beside them.
#include "tests/benchmarks/files.hpp"

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>

#include <cornu/cornu.hpp>

namespace cornu::benchmarks {

namespace {

Sequential large_model() {
  random::set_seed(1);
  Sequential model{layers::Embedding(400'000, 64)};
  model.build({None, 4});
  return model;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void print_seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  fmt::print("{:.4f} {:.4f}\n", taken.count(), cpu_seconds() - cpu);
}

/// A file that is removed at the end.
class LargeFile {
 public:
  LargeFile() : path_(std::filesystem::temp_directory_path() / "cornu-benchmark.keras") { large_model().save(path_); }
  ~LargeFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  LargeFile(const LargeFile&) = delete;
  LargeFile& operator=(const LargeFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void load(benchmark::State& state) {
  const LargeFile file;
  for (auto _ : state)
    benchmark::DoNotOptimize(load_model(file.path(), {.compile = false, .memory_map = state.range(0) == 1}));
}
BENCHMARK(load)
    ->Name("load_model")
    ->ArgName("memory_map")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void save(benchmark::State& state) {
  const LargeFile file;
  const Sequential model = large_model();
  for (auto _ : state) model.save(file.path());
}
BENCHMARK(save)->Name("save")->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

}  // namespace

void time_file(const std::string& what, const std::string& path) {
  std::unique_ptr<Model> model;
  if (what == "make")
    large_model().save(path);
  else if (what == "load")
    print_seconds([&] { model = load_model(path); });
  else if (what == "map")
    print_seconds([&] { model = load_model(path, {.memory_map = true}); });
  else if (what == "save") {
    model = load_model(path);
    print_seconds([&] { model->save(path + ".again.keras"); });
  }
}

}  // namespace cornu::benchmarks
