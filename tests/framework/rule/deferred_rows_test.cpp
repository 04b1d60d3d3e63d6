#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/layer/remap_rows.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/optim/adagrad.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/ftrl.hpp>
#include <cornu/optim/lamb.hpp>
#include <cornu/optim/sgd.hpp>

using namespace cornu;
using layers::Dense, layers::Embedding, layers::GlobalAveragePooling1D;
using optim::Adam, optim::RowPath, optim::SGD;

namespace {

constexpr std::int64_t words = 60;

Rows rows_of(std::initializer_list<std::int32_t> ids, double value, std::int64_t rows = words) {
  const Tensor all(ids);
  return Rows::sum_by_id(all, Tensor::full({all.size(), 2}, value), {rows, 2});
}

struct Trained {
  std::vector<Tensor> weights, state;
};

// A run in which `look` is called after every batch.
template <class Look>
Trained train(const Handle<optim::Optimizer>& optimizer, Look look) {
  random::set_seed(3);
  Sequential model{Embedding(words, 4, {.mask_zero = true}), GlobalAveragePooling1D(), Dense(1, "sigmoid")};
  const Tensor x = random::randint({64, 3}, 0, words), y = random::randint({64, 1}, 0, 2);
  model.compile(optimizer, "binary_crossentropy");
  const auto after_batch = [&](std::int64_t, const Logs&) { look(model, x); };
  model.fit(x, y, {.batch_size = 4, .epochs = 2, .verbose = 0, .callbacks = {{.on_train_batch_end = after_batch}}});
  Trained trained{model.get_weights(), {}};
  for (const Variable& slot : model.optimizer().variables()) trained.state.push_back(slot.peek());
  return trained;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

}  // namespace

// The case of framework/rule/README.md.
TEST_CASE("deferred rows: after three missed updates with momentum 0.9, w = 1 and v = -0.1 are 0.7561 and -0.0729") {
  const Variable table(Tensor::full({words, 2}, 1.1, float64), {.name = "table"});
  SGD sgd({.learning_rate = 0.1, .momentum = 0.9});
  for (const std::int32_t row : {0, 1, 1, 1}) {
    const Rows rows = rows_of({row}, 1);
    sgd.apply({{Rows(rows.ids, rows.values.astype(float64), rows.table_shape), table}});
  }
  REQUIRE(sgd.row_updates(table).path == RowPath::deferred);
  CHECK(table.body().rows.deferred != nullptr);
  CHECK(table.peek().to_vector<double>()[0] == doctest::Approx(0.7561).epsilon(1e-6));
  CHECK(sgd.variables().back().peek().to_vector<double>()[0] == doctest::Approx(-0.0729).epsilon(1e-6));
}

TEST_CASE("deferred rows: who looks after every batch changes no bit of the run") {
  using Make = Handle<optim::Optimizer> (*)();
  for (const Make make : std::initializer_list<Make>{
           [] { return Handle<optim::Optimizer>("adam"); }, [] { return Handle<optim::Optimizer>("rmsprop"); },
           [] { return Handle<optim::Optimizer>("lion"); }, [] { return Handle<optim::Optimizer>("adamw"); },
           [] { return Handle<optim::Optimizer>("ftrl"); }, [] { return Handle<optim::Optimizer>("adadelta"); },
           [] { return Handle<optim::Optimizer>("nadam"); },
           [] { return Handle<optim::Optimizer>(optim::Adam({.weight_decay = 0.01, .use_ema = true})); },
           [] { return Handle<optim::Optimizer>(SGD({.use_ema = true, .ema_overwrite_frequency = 5})); }}) {
    CAPTURE(make()->class_name());
    const Trained unseen = train(make(), [](Sequential&, const Tensor&) {});
    const Trained seen = train(make(), [](Sequential& model, const Tensor& x) {
      model.get_weights();
      for (const Variable& slot : model.optimizer().variables()) slot.value();
      model.predict(x);
      model.evaluate(x, Tensor::zeros({64, 1}));
    });
    CHECK(same(unseen.weights, seen.weights));
    CHECK(same(unseen.state, seen.state));
  }
}

TEST_CASE("deferred rows: a row that is looked at is as it will be when training reads it") {
  const Variable table(random::normal({words, 2}), {.name = "table"});
  Adam adam;
  for (int step = 0; step < 5; ++step) adam.apply({{rows_of({step, 7}, 0.5), table}});
  const Tensor ids({0, 3, 7, 50}), whole = table.peek();
  const Tensor looked_at = ops::gather(table, ids);
  CHECK(ops::array_equal(looked_at, ops::gather(whole, ids)));
  const GradientTape tape;
  CHECK(ops::array_equal(ops::gather(table, ids), looked_at));
  CHECK(ops::array_equal(table.value(), whole));
}

TEST_CASE("deferred rows: several threads may look at once") {
  const Variable table(random::normal({words, 2}), {.name = "table"});
  Adam adam;
  for (int step = 0; step < 5; ++step) adam.apply({{rows_of({step, 7}, 0.5), table}});
  const Tensor expected = table.peek();
  std::array<bool, 4> equal{};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < equal.size(); ++i)
    threads.emplace_back([&, i] { equal[i] = ops::array_equal(table.peek(), expected); });
  for (std::thread& thread : threads) thread.join();
  CHECK(equal == std::array<bool, 4>{true, true, true, true});
}

TEST_CASE("deferred rows: two optimizers may take turns on a table") {
  const Tensor start = random::normal({words, 2}, 0, 1, float64);
  const Variable table(start, {.name = "table"}), twin(start, {.name = "table"});
  Adam adam, adam_twin;
  SGD sgd({.momentum = 0.9}), sgd_twin({.momentum = 0.9});
  for (std::int32_t step = 0; step < 12; ++step) {
    const Rows single = rows_of({step, step / 2 + 20}, 0.25);
    const Rows gradient = Rows::of_checked_ids(single.ids, single.values.astype(float64), single.table_shape);
    optim::Optimizer& by_rows = step % 5 < 3 ? static_cast<optim::Optimizer&>(adam) : sgd;
    optim::Optimizer& dense = step % 5 < 3 ? static_cast<optim::Optimizer&>(adam_twin) : sgd_twin;
    by_rows.apply({{gradient, table}});
    dense.apply({{gradient.to_dense(), twin}});
  }
  CHECK(ops::all_close(table.peek(), twin.peek(), 1e-12));
}

TEST_CASE("deferred rows: deferred updates outlive their optimizer") {
  const Variable table(Tensor::zeros({words, 2}), {.name = "table"});
  {
    SGD sgd({.learning_rate = 1, .momentum = 0.5});
    sgd.apply({{rows_of({4}, 1), table}});
    sgd.apply({{rows_of({9}, 1), table}});
    sgd.apply({{rows_of({9}, 1), table}});
  }
  CHECK(table.peek().at<float>(4, 0) == -1.75F);
  SGD plain({.learning_rate = 1});
  plain.apply({{rows_of({4}, 1), table}});
  CHECK(table.peek().at<float>(4, 1) == -2.75F);
  CHECK(table.peek().at<float>(9, 1) == -2.5F);
}

TEST_CASE("deferred rows: assigning to the table or to a slot comes after the deferred updates") {
  Variable table(Tensor::zeros({words, 2}), {.name = "table"});
  SGD sgd({.learning_rate = 1, .momentum = 0.5});
  sgd.apply({{rows_of({4}, 1), table}});
  sgd.apply({{rows_of({9}, 1), table}});
  table.assign(Tensor::ones({words, 2}));
  CHECK(table.peek().at<float>(4, 0) == 1);
  Variable momentum = sgd.variables().back();
  CHECK(momentum.peek().at<float>(4, 0) == -0.5F);
  sgd.apply({{rows_of({9}, 0), table}});
  CHECK(table.peek().at<float>(4, 0) == 0.75F);
  momentum.assign(Tensor::zeros({words, 2}));
  sgd.apply({{rows_of({9}, 0), table}});
  CHECK(table.peek().at<float>(4, 0) == 0.75F);
}

TEST_CASE("deferred rows: a state that is put back goes on as before") {
  const Tensor start = random::normal({words, 2});
  const auto steps = [](Adam& adam, const Variable& table, std::int32_t first, std::int32_t last) {
    for (std::int32_t step = first; step < last; ++step) adam.apply({{rows_of({step, step / 3}, 0.5), table}});
  };
  const Variable table(start, {.name = "table"});
  Adam adam;
  steps(adam, table, 0, 10);
  Variable resumed(table.peek(), {.name = "table"});
  Adam other;
  const Variable* const pointer = &resumed;
  other.build({&pointer, 1});
  std::vector<Variable> to = other.variables();
  for (std::size_t i = 0; i < to.size(); ++i) to[i].assign(adam.variables()[i].peek());
  steps(adam, table, 10, 20);
  steps(other, resumed, 10, 20);
  CHECK(ops::all_close(table.peek(), resumed.peek(), 1e-6));
}

TEST_CASE("deferred rows: a gradient that is not finite reaches every row, as in Keras") {
  const Variable table(Tensor::ones({words, 2}), {.name = "table"});
  Adam adam({.global_clipnorm = 1});
  adam.apply({{rows_of({4}, 1), table}});
  adam.apply({{rows_of({4}, std::numeric_limits<float>::infinity()), table}});
  CHECK(ops::all(ops::is_nan(table.peek())).item<bool>());
}

TEST_CASE("row_updates: says what happens to rows without a gradient, and why") {
  Variable table(Tensor::ones({words, 2}), {.name = "table"});
  const auto report = [&](const optim::Optimizer& optimizer) { return optimizer.row_updates(table); };
  CHECK(report(SGD()).path == RowPath::touched);
  CHECK(report(SGD()).why == "SGD leaves rows without a gradient as they are");
  CHECK(report(SGD({.weight_decay = 0.1})).path == RowPath::deferred);
  CHECK(report(Adam()).why == "Adam moves rows without a gradient");
  CHECK(report(Adam({.beta_1 = 0.95, .beta_2 = 0.907})).why ==
        "Adam with these options has no closed form for updates without a gradient");
  CHECK(report(SGD({.use_ema = true})).path == RowPath::deferred);
  CHECK(report(SGD({.use_ema = true})).why == "use_ema moves rows without a gradient");
  CHECK(report(Adam({.use_ema = true, .gradient_accumulation_steps = 2})).why ==
        "use_ema averages all weights also while gradients accumulate");
  CHECK(report(optim::Ftrl({.use_ema = true})).why ==
        "use_ema averages all weights, and Ftrl has no closed form for that");
  CHECK(report(optim::Lamb()).why == "the rule of Lamb needs the whole table");
  CHECK(report(Adam({.row_updates = optim::RowUpdates::lazy})).path == RowPath::lazy);
  table.body().weight.constraint = Handle<constraints::Constraint>("non_neg").shared();
  CHECK(report(optim::Adagrad()).path == RowPath::touched);
  CHECK(report(Adam()).why == "the constraint is applied to rows that move without a gradient");
  table.body().weight.constraint = Handle<constraints::Constraint>("max_norm").shared();
  CHECK(report(SGD()).why == "the constraint may change rows that have no gradient");
  CHECK(report(SGD()).path == RowPath::dense);
}

TEST_CASE("lazy: only the rows of the batch move, their slots with them") {
  const Variable table(Tensor::ones({words, 2}), {.name = "table"});
  Adam adam({.learning_rate = 0.5, .weight_decay = 0.5, .row_updates = optim::RowUpdates::lazy});
  adam.apply({{rows_of({4, 5}, 1), table}});
  const Tensor after_one = table.peek();
  CHECK(after_one.at<float>(3, 0) == 1);
  CHECK(after_one.at<float>(4, 0) == doctest::Approx(0.75 - 0.5));
  adam.apply({{rows_of({5}, 1), table}});
  CHECK(table.peek().at<float>(4, 0) == after_one.at<float>(4, 0));
  CHECK(table.peek().at<float>(5, 0) != after_one.at<float>(5, 0));
  const auto slot = [&](std::size_t i) { return static_cast<double>(adam.variables()[i].peek().at<float>(4, 0)); };
  CHECK(slot(2) == doctest::Approx(0.1));
  CHECK(slot(3) == doctest::Approx(0.001).scale(0));
  adam.apply({{rows_of({4}, 0), table}});
  CHECK(slot(2) == doctest::Approx(0.1 * 0.9));
  CHECK(slot(3) == doctest::Approx(0.001 * 0.999).scale(0));
}

TEST_CASE("a constraint that keeps allowed rows sees those that were touched, and all of them at first") {
  Variable table(Tensor::full({words, 2}, -1), {.name = "table"});
  table.body().weight.constraint = Handle<constraints::Constraint>("non_neg").shared();
  SGD sgd({.learning_rate = 1});
  sgd.apply({{rows_of({4}, 1), table}});
  CHECK(ops::max(ops::abs(table.peek())).item<float>() == 0);
  sgd.apply({{rows_of({4}, -1), table}});
  sgd.apply({{rows_of({4}, 3), table}});
  CHECK(ops::min(table.peek()).item<float>() == 0);
  table.assign(Tensor::full({words, 2}, -1));
  sgd.apply({{rows_of({4}, 0), table}});
  CHECK(ops::max(ops::abs(table.peek())).item<float>() == 0);
}

namespace {

// A table trained by rows, and its twin whose gradients are dense.
struct Twins {
  explicit Twins(const Tensor& start) : table(start, {.name = "table"}), twin(start, {.name = "table"}) {}

  void step(optim::Optimizer& by_rows, optim::Optimizer& dense, const Gradient& gradient) {
    const Gradient whole = gradient.empty() ? gradient : Gradient(gradient.to_dense());
    const Variable* const tables[] = {&table, &twin};
    by_rows.apply({&gradient, 1}, {&tables[0], 1}, {.missing_is_zero = true});
    dense.apply({&whole, 1}, {&tables[1], 1}, {.missing_is_zero = true});
  }
  void remap(const std::vector<std::int64_t>& rows) {
    remap_rows(table, rows, "ones");
    remap_rows(twin, rows, "ones");
  }
  double difference() const { return ops::max(ops::abs(table.peek() - twin.peek())).item<double>(); }

  Variable table, twin;
};

Gradient rows_in_float64(std::initializer_list<std::int32_t> ids, double value, std::int64_t rows) {
  const Rows single = rows_of(ids, value, rows);
  return Rows::of_checked_ids(single.ids, single.values.astype(float64), single.table_shape);
}

double difference_of(const std::vector<Variable>& a, const std::vector<Variable>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (is_floating(a[i].dtype()))
      largest = std::max(largest, ops::max(ops::abs(a[i].peek() - b[i].peek())).item<double>());
  return largest;
}

std::vector<std::int64_t> reversed(std::int64_t rows) {
  std::vector<std::int64_t> all;
  for (std::int64_t row = rows; row > 0; --row) all.push_back(row - 1);
  return all;
}

}  // namespace

TEST_CASE("deferred rows: no gradient after the table got other rows, or another optimizer, moves what it would move") {
  random::set_seed(4);
  for (const std::int64_t rows : {40, 60, 70}) {
    CAPTURE(rows);
    Twins twins(random::normal({words, 2}, 0, 1, float64));
    Adam adam({.learning_rate = 0.05}), adam_twin({.learning_rate = 0.05});
    SGD sgd({.momentum = 0.9}), sgd_twin({.momentum = 0.9});
    for (std::int32_t step = 0; step < 4; ++step) twins.step(adam, adam_twin, rows_in_float64({step, 9}, 0.5, words));
    std::vector<std::int64_t> kept;
    for (std::int64_t row = 0; row < rows; ++row) kept.push_back(row < words ? row : -1);
    twins.remap(kept);
    for (int step = 0; step < 5; ++step) twins.step(adam, adam_twin, {});
    CHECK(twins.difference() < 1e-12);
    CHECK(ops::max(ops::abs(twins.table.peek() - 1)).item<double>() > 0.1);
    twins.step(adam, adam_twin, Tensor::ones({rows, 2}, float64));
    twins.step(sgd, sgd_twin, rows_in_float64({3}, 1, rows));
    for (int step = 0; step < 3; ++step) twins.step(adam, adam_twin, {});
    for (int step = 0; step < 3; ++step) twins.step(sgd, sgd_twin, {});
    CHECK(twins.difference() < 1e-12);
    CHECK(difference_of(adam.variables(), adam_twin.variables()) < 1e-12);
    CHECK(difference_of(sgd.variables(), sgd_twin.variables()) < 1e-12);
  }
}

TEST_CASE("deferred rows: words change places, and averages and slots go with them") {
  random::set_seed(5);
  const optim::AdamOptions options{.learning_rate = 0.05, .use_ema = true, .ema_momentum = 0.9};
  Twins twins(random::normal({words, 2}, 0, 1, float64));
  Adam adam(options), adam_twin(options);
  for (std::int32_t step = 0; step < 40; ++step) {
    if (step == 20) twins.remap(reversed(words));
    twins.step(adam, adam_twin, rows_in_float64({step % 13, step}, 0.5, words));
  }
  CHECK(twins.difference() < 1e-12);
  CHECK(difference_of(adam.variables(), adam_twin.variables()) < 1e-12);
  adam.finalize_variable_values();
  adam_twin.finalize_variable_values();
  CHECK(twins.difference() < 1e-12);
}

TEST_CASE("use_ema: the average of what is new begins as its value, and what is frozen stays") {
  const optim::SGDOptions options{.learning_rate = 1e-3, .use_ema = true};
  const auto ones = [](std::int64_t rows) { return Variable(Tensor::ones({rows, 2}), {.name = "table"}); };
  const auto nearly_ones = [](const Variable& table) {
    return ops::all_close(table.peek(), Tensor::ones(table.shape()), 0.02);
  };
  Variable first = ones(words), second = ones(words), frozen = ones(words);
  SGD sgd(options);
  for (std::int32_t step = 0; step < 5; ++step) sgd.apply({{rows_of({step}, 1), first}, {rows_of({step}, 1), frozen}});
  sgd.apply({{rows_of({1}, 1), first}, {rows_of({1}, 1), second}});
  remap_rows(first, std::vector<std::int64_t>{0, -1, 1}, "ones");
  frozen.assign(Tensor::full({words, 2}, 7));
  frozen.set_trainable(false);
  sgd.apply({{rows_of({0}, 1, 3), first}, {rows_of({1}, 1), second}});
  sgd.finalize_variable_values();
  CHECK(nearly_ones(first));
  CHECK(nearly_ones(second));
  CHECK(ops::array_equal(frozen.peek(), Tensor::full({words, 2}, 7)));

  Variable unused = ones(words);
  SGD unused_sgd(options);
  const Variable* const pointer = &unused;
  unused_sgd.build({&pointer, 1});
  unused_sgd.finalize_variable_values();
  CHECK(ops::array_equal(unused.peek(), Tensor::ones({words, 2})));
}

TEST_CASE("use_ema: an average follows a table that another optimizer trains") {
  random::set_seed(6);
  Twins twins(random::normal({words, 2}, 0, 1, float64));
  const Variable other(Tensor::ones({2}, float64), {.name = "other"});
  const optim::AdamOptions options{.learning_rate = 0.05, .use_ema = true, .ema_momentum = 0.9};
  Adam averaging(options), averaging_twin(options), adam({.learning_rate = 0.05}), adam_twin({.learning_rate = 0.05});
  twins.step(averaging, averaging_twin, rows_in_float64({1, 2}, 0.5, words));
  for (std::int32_t step = 0; step < 6; ++step) {
    twins.step(adam, adam_twin, rows_in_float64({step}, 0.5, words));
    averaging.apply({{Gradient(Tensor::ones({2}, float64)), other}});
    averaging_twin.apply({{Gradient(Tensor::ones({2}, float64)), other}});
  }
  CHECK(ops::all_close(averaging.variables()[2].peek(), averaging_twin.variables()[2].peek(), 1e-12, 1e-12));
  CHECK(twins.difference() < 1e-12);
}

TEST_CASE("Optimizer: row ids of another dtype than int32 are refused, and nothing has changed") {
  const Variable table(Tensor::ones({words, 2}), {.name = "table"});
  Adam adam;
  const Rows rows{Tensor({1}).astype(int64), Tensor::ones({1, 2}), {words, 2}};
  CHECK_THROWS_AS(adam.apply({{rows, table}}), ValueError);
  CHECK(ops::array_equal(table.peek(), Tensor::ones({words, 2})));
  CHECK(adam.iterations() == 0);
}
