#include "tests/benchmarks/row_cost.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include <cornu/cornu.hpp>

namespace cornu::benchmarks {

namespace {

constexpr std::int64_t samples = 256, length = 32, width = 64;

Handle<optim::Optimizer> optimizer_named(const std::string& name) {
  if (name == "momentum") return optim::SGD({.momentum = 0.9});
  return name;
}

// Ids of a batch, uniform, or with frequencies that fall as 1 / rank.
class Ids {
 public:
  Ids(std::int64_t rows, bool zipf) : rows_(static_cast<double>(rows)), zipf_(zipf) {}

  Tensor draw() {
    Tensor ids = Tensor::uninitialized({samples, length}, int32);
    for (std::int64_t j = 0; j < ids.size(); ++j) {
      const double u = uniform_(engine_);
      ids.mutable_data<std::int32_t>()[j] = static_cast<std::int32_t>(zipf_ ? std::pow(rows_, u) - 1 : u * rows_);
    }
    return ids;
  }

 private:
  std::mt19937_64 engine_{1};
  std::uniform_real_distribution<double> uniform_;
  double rows_;
  bool zipf_;
};

// Lookup, mean, backward pass and update: all of a step that has to do with the table.
class Training {
 public:
  Training(const std::string& optimizer, std::int64_t rows, bool zipf, bool dense)
      : optimizer_(optimizer_named(optimizer)),
        table_(Tensor::zeros({rows, width}), {.name = "table"}),
        ids_(rows, zipf),
        dense_(dense) {}

  Tensor draw() { return ids_.draw(); }

  void step(const Tensor& ids) {
    GradientTape tape;
    const Tensor loss = ops::sum(ops::square(ops::mean(ops::gather(table_, ids), {.axis = 1}) - 1));
    const Gradient gradient = tape.gradient(loss, table_);
    optimizer_->apply({{dense_ ? Gradient(gradient.to_dense()) : gradient, table_}});
  }

 private:
  Handle<optim::Optimizer> optimizer_;
  Variable table_;
  Ids ids_;
  bool dense_;
};

// Reads and writes the rows of weight and two moments, once to bring them up to date and once to update them.
class Traffic {
 public:
  Traffic(std::int64_t rows, bool zipf) : ids_(rows, zipf) {
    for (Tensor& array : arrays_) array = Tensor::zeros({rows, width});
  }

  Tensor draw() { return ids_.draw(); }

  void step(const Tensor& drawn) {
    const std::span<const std::int32_t> ids = drawn.values<std::int32_t>();
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t i = 0; i < ids.size(); ++i)
        for (Tensor& array : arrays_) {
          float* const all = array.mutable_data<float>();
          const float* const later = all + ids[std::min(i + 16, ids.size() - 1)] * width;
          for (std::int64_t k = 0; k < width; k += 16) __builtin_prefetch(later + k, 1);
          float* const row = all + ids[i] * width;
          for (std::int64_t k = 0; k < width; ++k) row[k] += 1;
        }
  }

 private:
  std::array<Tensor, 3> arrays_;
  Ids ids_;
};

// Microseconds, the median.
template <class Steps>
double time_of(Steps& steps, int warm_up, int count) {
  for (int i = 0; i < warm_up; ++i) steps.step(steps.draw());
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const Tensor ids = steps.draw();
    const auto start = std::chrono::steady_clock::now();
    steps.step(ids);
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + count / 2, times.end());
  return times[static_cast<std::size_t>(count / 2)];
}

constexpr std::array<std::int64_t, 4> sizes{10'000, 100'000, 1'000'000, 10'000'000};

// One line of the table and of the picture; a size that the dense walk would need too much memory for is left out.
plot::Series measure(const std::string& name, std::int64_t largest, const std::function<double(std::int64_t)>& time) {
  plot::Series series{name, {}, {}};
  fmt::print("{:32}", name);
  for (const std::int64_t rows : sizes) {
    if (rows > largest) continue;
    const double microseconds = time(rows);
    series.x.push_back(std::log10(static_cast<double>(rows)));
    series.y.push_back(std::log10(microseconds));
    fmt::print("{:>12.0f}", microseconds);
    std::fflush(stdout);
  }
  fmt::print("\n");
  return series;
}

}  // namespace

void plot_row_cost(const std::string& folder) {
  fmt::print("{:32}", "rows");
  for (const std::int64_t rows : sizes) fmt::print("{:>12}", rows);
  fmt::print("\n");
  std::vector<plot::Series> lines;
  for (const bool zipf : {false, true}) {
    const char* const ids = zipf ? ", Zipf ids" : "";
    const auto traffic = measure(fmt::format("traffic alone{}", ids), sizes.back(), [&](std::int64_t rows) {
      Traffic bare(rows, zipf);
      return time_of(bare, 70, 65);
    });
    if (!zipf) lines.push_back(traffic);
    for (const char* optimizer : {"adam", "momentum", "rmsprop", "adamw", "adagrad", "lion"}) {
      const auto line = measure(fmt::format("{}, deferred{}", optimizer, ids), sizes.back(), [&](std::int64_t rows) {
        Training training(optimizer, rows, zipf, false);
        return time_of(training, 70, 65);
      });
      if (!zipf && optimizer == std::string("adam")) lines.push_back(line);
    }
  }
  lines.push_back(measure("adam, dense", 1'000'000, [](std::int64_t rows) {
    Training training("adam", rows, false, true);
    return time_of(training, 2, 5);
  }));
  plot::line_chart(folder + "/row_cost.svg", lines,
                   {.title = "A training step by the rows of its table (8192 ids, 64 features)",
                    .x_label = "log10 of the rows",
                    .y_label = "log10 of the microseconds"});
  fmt::print("written: {}/row_cost.svg\n", folder);
}

namespace {

// 2048 different ids, each four times, whatever the table's length.
Tensor spread_ids(std::int64_t rows, std::int64_t step) {
  constexpr std::int64_t distinct = 2048;
  Tensor ids = Tensor::uninitialized({samples, length}, int32);
  for (std::int64_t i = 0; i < ids.size(); ++i)
    ids.mutable_data<std::int32_t>()[i] =
        static_cast<std::int32_t>((i % distinct * (rows / distinct) + step * 7919) % rows);
  return ids;
}

}  // namespace

void run_row_steps(const std::string& optimizer, std::int64_t rows, std::int64_t steps) {
  Training training(optimizer, rows, false, false);
  for (std::int64_t i = 0; i < steps; ++i) training.step(spread_ids(rows, i));
}

}  // namespace cornu::benchmarks
