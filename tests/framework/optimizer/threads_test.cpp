// Updates on several threads. The shapes are large enough to be cut into pieces, and do not divide evenly.
#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/threads.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/optimizer/clip_by_global_norm.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/weights/constraints.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/optimizer_cases.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::same_bits, testing::WithThreads;

namespace {

// Variables with dense gradients, and tables with gradients of rows: wide rows, which are updated where they lie, and
// narrow ones, which are copied together.
const Shape shapes[] = {{150, 251}, {33'001}, {7}, {9401, 64}, {40'001, 1}};

using Gradients = std::vector<Gradient>;

// Batch after batch other rows, some of them again.
Gradients gradients_of(std::int64_t batch, DType dtype) {
  Gradients result;
  for (const Shape& shape : shapes) {
    if (shape[0] < 9000 || shape.rank() == 1) {
      result.emplace_back(random::normal(shape).astype(dtype));
      continue;
    }
    const std::int64_t listed = shape[0] / 3 - 10;
    const Tensor ids = (Tensor::arange(listed) * 2 + static_cast<double>(batch * 3)).astype(int32);
    result.emplace_back(Rows::sum_by_id(ids, random::normal(shape.with(0, listed)).astype(dtype), shape));
  }
  return result;
}

struct Training {
  explicit Training(DType dtype) {
    random::set_seed(3);
    for (const Shape& shape : shapes) values.push_back(random::normal(shape).astype(dtype));
    for (std::int64_t batch = 0; batch < 4; ++batch) batches.push_back(gradients_of(batch, dtype));
  }
  std::vector<Tensor> values;
  std::vector<Gradients> batches;
};

// Everything there is after some updates, rows that wait among it.
std::vector<Tensor> trained_with(std::int64_t threads, const testing::OptimizerCase& c, const Training& training) {
  const WithThreads with(threads);
  std::vector<Variable> weights(training.values.begin(), training.values.end());
  const Handle<optim::Optimizer> optimizer = c.make();
  for (const Gradients& gradients : training.batches) optimizer->apply(gradients, weights);
  std::vector<Tensor> all;
  for (const Variable& variable : weights) all.push_back(variable.peek());
  for (const Variable& variable : optimizer->variables()) all.push_back(variable.peek());
  for (const Variable& variable : weights) {
    GradientTape tape;  // which settles the rows of a table that is read as a whole
    all.push_back(ops::sum(variable));
    all.push_back(variable.body().value);
  }
  optimizer->finalize_variable_values();
  for (const Variable& variable : weights) all.push_back(variable.peek());
  return all;
}

void check_same(const std::vector<Tensor>& got, const std::vector<Tensor>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(same_bits(got[i], expected[i]));
  }
}

}  // namespace

TEST_CASE("updates: three threads give the same bits as one, whatever the optimizer and its options") {
  const Training training(float32);
  for (const testing::OptimizerCase& c : testing::optimizer_cases()) {
    if (c.name.find(',') != std::string::npos && !c.name.starts_with("Adam, ")) continue;
    CAPTURE(c.name);
    check_same(trained_with(3, c, training), trained_with(1, c, training));
  }
}

TEST_CASE("updates: two, five and eight threads give the same bits, in float and in double") {
  for (const DType dtype : {float32, float64}) {
    const Training training(dtype);
    for (const testing::OptimizerCase& c : testing::optimizer_cases()) {
      if (c.name != "Adam" && c.name != "SGD" && c.name != "Lamb" && c.name != "Adafactor") continue;
      CAPTURE(c.name);
      const std::vector<Tensor> alone = trained_with(1, c, training);
      for (const std::int64_t threads : {2, 5, 8}) check_same(trained_with(threads, c, training), alone);
    }
  }
}

TEST_CASE("updates: rows of a constrained table have the same bits with any number of threads") {
  const auto run = [](std::int64_t threads) {
    const WithThreads with(threads);
    random::set_seed(5);
    const Variable table(random::normal({9401, 64}));
    table.body().weight.constraint = Handle<constraints::Constraint>("non_neg").shared();
    optim::SGD optimizer({.learning_rate = 0.1});
    for (std::int32_t batch = 0; batch < 3; ++batch) {
      const Tensor ids = (Tensor::arange(3301) * 2 + batch).astype(int32);
      optimizer.apply({{Rows::sum_by_id(ids, random::normal({3301, 64}), table.shape()), table}});
    }
    return table.peek();
  };
  const Tensor alone = run(1);
  for (const std::int64_t threads : testing::thread_counts) CHECK(same_bits(run(threads), alone));
}

TEST_CASE("global_norm: any number of threads gives the same bits") {
  const Gradients gradients = Training(float32).batches[1];
  const auto norm = [&](std::int64_t threads) {
    const WithThreads with(threads);
    return optim::global_norm(gradients);
  };
  const Tensor alone = norm(1);
  for (const std::int64_t threads : testing::thread_counts) CHECK(same_bits(norm(threads), alone));
}

namespace {

// w ← w − lr·g, by a rule that notes who calls it.
struct Noting final : optim::ElementwiseOptimizer<Noting> {
  Noting(std::set<std::thread::id>& seen, optim::CommonOptions options)
      : ElementwiseOptimizer("Noting", "noting", std::move(options), {}), threads(seen) {}
  std::string_view class_name() const override { return "Noting"; }
  void begin(const optim::Step&) override {}
  template <class T>
  void update_elements(const optim::Elements<T>& e) const {
    threads.insert(std::this_thread::get_id());
    for (std::size_t i = 0; e.gradient && i < e.size; ++i) e.value[i] -= T(0.1) * e.gradient[i];
  }
  std::set<std::thread::id>& threads;
};

}  // namespace

TEST_CASE("updates: a rule of the user is called by the thread that applies the gradients, and by no other") {
  const WithThreads with(8);
  const Training training(float32);
  for (const double clipvalue : {1e9, 0.5}) {
    std::vector<Variable> weights(training.values.begin(), training.values.end());
    std::set<std::thread::id> seen;
    Noting optimizer(seen, {.clipvalue = clipvalue});
    for (const Gradients& gradients : training.batches) optimizer.apply(gradients, weights);
    CHECK(seen == std::set{std::this_thread::get_id()});
  }
}
