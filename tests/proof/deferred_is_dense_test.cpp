// The promise of deferred updates: a table trained by rows ends where the dense optimizer, which visits every row at
// each update, would have left it. On recorded gradients, for rows that are never touched, touched once, at every step,
// or again after thousands of steps without a gradient, the float32 table is as near to a dense walk in float64 as the
// dense walk in float32 is.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/optimizer_cases.hpp"

using namespace cornu;
using testing::OptimizerCase;

namespace {

constexpr std::int64_t rows = 24, width = 5;

// Which rows a step touches: 0 never, 1 once, 2 at every step, 3 at the beginning and at the end, the others now and
// then, the later ones more and more rarely.
std::vector<std::int32_t> ids_of_step(std::mt19937& engine, int step, int steps) {
  std::vector<std::int32_t> ids{2, 2};
  if (step == 4) ids.push_back(1);
  if (step < 3 || step >= steps - 2) ids.push_back(3);
  for (std::int32_t row = 4; row < rows; ++row)
    if (engine() % (1U << std::min<unsigned>(static_cast<unsigned>(row - 3), 12)) == 0)
      ids.insert(ids.end(), {row, row});
  std::shuffle(ids.begin(), ids.end(), engine);
  return ids;
}

struct Recorded {
  Tensor start;
  std::vector<Tensor> ids, values;  // float64
};

Recorded record(int steps, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  const auto draw = [&](const Shape& shape, double scale) {
    Tensor x = Tensor::uninitialized(shape, float32);  // so that float32 and float64 are given the same numbers
    for (std::int64_t i = 0; i < x.size(); ++i) x.mutable_data<float>()[i] = static_cast<float>(scale * normal(engine));
    return x.astype(float64);
  };
  Recorded recorded{draw({rows, width}, 0.5), {}, {}};
  for (int step = 0; step < steps; ++step) {
    recorded.ids.emplace_back(ids_of_step(engine, step, steps));
    recorded.values.push_back(draw({recorded.ids.back().dim(0), width}, std::pow(10, -static_cast<int>(engine() % 4))));
  }
  return recorded;
}

Rows gradient(const Recorded& recorded, std::size_t step, DType dtype) {
  // Summed in float32 for all, as a training step does.
  const Rows sums = Rows::sum_by_id(recorded.ids[step], recorded.values[step].astype(float32), {rows, width});
  return {sums.ids, sums.values.astype(dtype), sums.table_shape};
}

struct Walk {
  Variable table;
  Tensor path;  // Σ |Δw|
};

// What the dense optimizer does.
Walk dense_walk(const OptimizerCase& c, const Recorded& recorded, DType dtype) {
  Walk walk{Variable(recorded.start.astype(dtype), {.name = "table"}), Tensor::zeros({rows, width}, float64)};
  const auto optimizer = c.make();
  for (std::size_t step = 0; step < recorded.ids.size(); ++step) {
    const Tensor before = walk.table.peek().astype(float64);
    optimizer->apply({{gradient(recorded, step, dtype).to_dense(), walk.table}});
    if (dtype == float64) walk.path = walk.path + ops::abs(walk.table.peek() - before);
  }
  optimizer->finalize_variable_values();
  return walk;
}

// A table and its optimizer.
struct Training {
  Variable table;
  Handle<optim::Optimizer> optimizer;

  // What a checkpoint holds, put into a new table and a new optimizer.
  Training resumed(const OptimizerCase& c) const {
    Training other{Variable(table.peek(), {.name = "table"}), c.make()};
    const Variable* const pointer = &other.table;
    other.optimizer->build({&pointer, 1});
    std::vector<Variable> to = other.optimizer->variables();
    const std::vector<Variable> from = optimizer->variables();
    REQUIRE(from.size() == to.size());
    for (std::size_t i = 0; i < to.size(); ++i) to[i].assign(from[i].peek());
    return other;
  }
};

// By rows, with looks, training reads and, now and then, a new start from what was saved in between.
Tensor deferred_walk(const OptimizerCase& c, const Recorded& recorded, bool saves) {
  Training training{Variable(recorded.start.astype(float32), {.name = "table"}), c.make()};
  std::mt19937 engine(5);
  for (std::size_t step = 0; step < recorded.ids.size(); ++step) {
    if (engine() % 2 == 0) {
      const GradientTape tape;
      (void)ops::gather(training.table, recorded.ids[step]);
    }
    if (engine() % 64 == 0) {
      const GradientTape tape;
      (void)ops::gather(training.table, ops::concatenate({recorded.ids[step], Tensor({1, 5, 7})}, 0));
    }
    if (saves && step > 0 && engine() % 100 == 0) training = training.resumed(c);
    training.optimizer->apply({{gradient(recorded, step, float32), training.table}});
  }
  if (c.path) CHECK(training.optimizer->row_updates(training.table).path == *c.path);
  training.optimizer->finalize_variable_values();
  return training.table.peek();
}

double largest(const Tensor& x) { return ops::max(x).item<double>(); }

void check_promise(const OptimizerCase& c, const Recorded& recorded, bool saves = false) {
  INFO(c.name);
  const Walk exact = dense_walk(c, recorded, float64);
  const Tensor w = exact.table.peek();
  const Tensor dense_error = ops::abs(dense_walk(c, recorded, float32).table.peek().astype(float64) - w);
  const Tensor error = ops::abs(deferred_walk(c, recorded, saves).astype(float64) - w);
  const Tensor ulps = 2 * std::pow(2.0, -23) * (ops::abs(w) + exact.path);
  const Tensor excess = error - (1.25 * largest(dense_error) + ulps);
  CHECK_MESSAGE(largest(excess) <= 0, "error ", largest(error), ", of the dense walk ", largest(dense_error));
  CHECK(largest(exact.path) > 1e-3);
}

}  // namespace

TEST_CASE("proof: deferred updates give what the dense optimizer gives, for every optimizer and option") {
  const Recorded recorded = record(400, 1);
  for (const OptimizerCase& c : testing::optimizer_cases()) check_promise(c, recorded);
}

TEST_CASE("proof: deferred updates give what the dense optimizer gives after 10,000 steps without a gradient") {
  const Recorded recorded = record(10'200, 2);
  for (const OptimizerCase& c : testing::optimizer_cases())
    if (c.is_basic) check_promise(c, recorded);
}

TEST_CASE(
    "proof: deferred updates give what the dense optimizer gives with options drawn at random, saved and resumed") {
  for (const std::uint32_t seed : {11U, 12U, 13U, 14U}) {
    const Recorded recorded = record(300, seed);
    for (const OptimizerCase& c : testing::random_optimizer_cases(seed)) check_promise(c, recorded, true);
  }
}
