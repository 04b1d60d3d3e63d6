// A gradient that is rows does what the table it stands for does, under every optimizer and option: to the bit where
// the same elements are visited, to rounding where the updates of rows without a gradient are deferred.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>

#include <cornu/cornu.hpp>
#include <cornu/framework/optimizer/gradient_runs.hpp>

#include "tests/support/with_common.hpp"

using namespace cornu;
using optim::CommonOptions;

namespace {

struct Named {
  std::string name;
  std::function<Handle<optim::Optimizer>(const CommonOptions&)> make;
};

template <class T, class Options>
Named named(std::string name, Options options) {
  return {name, [options](const CommonOptions& common) { return T(testing::with_common(options, common)); }};
}

using namespace optim;
const std::vector<Named> optimizers{
    named<SGD>("sgd", SGDOptions{.learning_rate = 0.1}),
    named<SGD>("momentum", SGDOptions{.learning_rate = 0.1, .momentum = 0.9}),
    named<SGD>("nesterov", SGDOptions{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}),
    named<RMSprop>("rmsprop", RMSpropOptions{.learning_rate = 0.01}),
    named<RMSprop>("rmsprop momentum", RMSpropOptions{.learning_rate = 0.01, .momentum = 0.9}),
    named<RMSprop>("rmsprop centered", RMSpropOptions{.learning_rate = 0.01, .centered = true}),
    named<RMSprop>("rmsprop both", RMSpropOptions{.learning_rate = 0.01, .momentum = 0.9, .centered = true}),
    named<Adam>("adam", AdamOptions{.learning_rate = 0.1}),
    named<Adam>("amsgrad", AdamOptions{.learning_rate = 0.1, .amsgrad = true}),
    named<AdamW>("adamw", AdamWOptions{.learning_rate = 0.1}),
    named<Adagrad>("adagrad", AdagradOptions{.learning_rate = 0.1}),
    named<Adadelta>("adadelta", AdadeltaOptions{.learning_rate = 1}),
    named<Adamax>("adamax", AdamaxOptions{.learning_rate = 0.1}),
    named<Nadam>("nadam", NadamOptions{.learning_rate = 0.1}),
    named<Ftrl>("ftrl", FtrlOptions{.learning_rate = 0.1}),
    named<Ftrl>("ftrl all", FtrlOptions{.learning_rate = 0.1,
                                        .learning_rate_power = -0.7,
                                        .l1_regularization_strength = 0.1,
                                        .l2_regularization_strength = 0.2,
                                        .l2_shrinkage_regularization_strength = 0.1,
                                        .beta = 0.4}),
    named<Lion>("lion", LionOptions{.learning_rate = 0.1}),
    named<Lamb>("lamb", LambOptions{.learning_rate = 0.1}),
    named<Adafactor>("adafactor", AdafactorOptions{.learning_rate = 0.1}),
    named<Muon>("muon", MuonOptions{.learning_rate = 0.1}),
    named<Muon>("muon's adam", MuonOptions{.learning_rate = 0.1, .exclude_layers = {"table"}}),
    named<ScheduleFreeAdamW>("schedule free", ScheduleFreeAdamWOptions{.learning_rate = 0.1, .warmup_steps = 4}),
    named<Adam>("scheduled", AdamOptions{.learning_rate = schedules::CosineDecay(0.1, 8)}),
};

const std::vector<std::pair<std::string, CommonOptions>> options{
    {"plain", {}},
    {"weight_decay", {.weight_decay = 0.25}},
    {"clipnorm", {.clipnorm = 0.5}},
    {"clipvalue", {.clipvalue = 0.25}},
    {"global_clipnorm", {.global_clipnorm = 0.5}},
    {"ema", {.use_ema = true, .ema_momentum = 0.9}},
    {"ema_overwrite", {.use_ema = true, .ema_momentum = 0.9, .ema_overwrite_frequency = 3}},
    {"loss_scale", {.loss_scale_factor = 3.0}},
    {"accumulation", {.gradient_accumulation_steps = 3}},
    {"all",
     {.weight_decay = 0.25,
      .clipnorm = 0.5,
      .use_ema = true,
      .loss_scale_factor = 3.0,
      .gradient_accumulation_steps = 2}},
};

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  if (a.dtype() == int32) return a.to_vector<std::int32_t>() == b.to_vector<std::int32_t>();
  if (a.dtype() == float64) return std::memcmp(a.data<double>(), b.data<double>(), a.nbytes()) == 0;
  if (a.dtype() == int64) return std::memcmp(a.data<std::int64_t>(), b.data<std::int64_t>(), a.nbytes()) == 0;
  return std::memcmp(a.data<float>(), b.data<float>(), a.nbytes()) == 0;
}

bool near(const Tensor& a, const Tensor& b) {
  if (!is_floating(a.dtype())) return same_bits(a, b);
  return a.dtype() == float32 ? ops::all_close(a, b, 4e-6, 4e-7) : ops::all_close(a, b, 1e-13, 1e-15);
}

class Draw {
 public:
  Tensor normal(const Shape& shape, DType dtype) {
    Tensor x = Tensor::uninitialized(shape, float64);
    for (std::int64_t i = 0; i < x.size(); ++i) x.mutable_data<double>()[i] = normal_(engine_);
    return x.astype(dtype);
  }
  // Ids below `limit`, many of them equal.
  Tensor ids(std::int64_t count, std::int32_t limit) {
    Tensor x = Tensor::uninitialized({count}, int32);
    for (std::int64_t i = 0; i < count; ++i)
      x.mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(engine_() % static_cast<std::uint32_t>(limit));
    return x;
  }

 private:
  std::mt19937 engine_{7};
  std::normal_distribution<double> normal_;
};

constexpr std::int64_t rows = 200, width = 19;
constexpr std::int32_t touched_rows = 170;  // the others never

// The table's gradient in a step: many ids with repeats, few, and none at all.
Rows table_gradient(Draw& draw, int step, DType dtype) {
  const std::int64_t count = step % 4 == 3 ? 0 : (step % 2 == 0 ? 400 : 5);
  return Rows::sum_by_id(draw.ids(count, touched_rows), draw.normal({count, width}, dtype), {rows, width});
}

void check_equal(const Named& optimizer, const std::string& option_name, const CommonOptions& common, DType dtype) {
  CAPTURE(optimizer.name);
  CAPTURE(option_name);
  Draw draw;
  const Tensor start = draw.normal({rows, width}, dtype), bias_start = draw.normal({3}, dtype);
  const Variable table(start, {.name = "table"}), twin(start.astype(dtype), {.name = "table"});
  const Variable bias(bias_start, {.name = "bias"}), bias_twin(bias_start, {.name = "bias"});
  const auto by_rows = optimizer.make(common), dense = optimizer.make(common);
  for (int step = 0; step < 9; ++step) {
    const Rows gradient = table_gradient(draw, step, dtype);
    const Tensor bias_gradient = draw.normal({3}, dtype);
    by_rows->apply({{gradient, table}, {bias_gradient, bias}});
    dense->apply({{gradient.to_dense(), twin}, {bias_gradient, bias_twin}});
  }
  const bool is_deferred = by_rows->row_updates(table).path == optim::RowPath::deferred;
  const auto equal = is_deferred ? near : same_bits;
  CHECK(equal(table.peek(), twin.peek()));
  CHECK(same_bits(bias.peek(), bias_twin.peek()));
  CHECK_FALSE(same_bits(table.peek(), start));
  const std::vector<Variable> a = by_rows->variables(), b = dense->variables();
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(equal(a[i].peek(), b[i].peek()));
}

}  // namespace

TEST_CASE("Rows: equal to the dense gradient, under every optimizer and option") {
  for (const Named& optimizer : optimizers)
    for (const auto& [name, common] : options) {
      check_equal(optimizer, name, common, float32);
      check_equal(optimizer, name, common, float64);
    }
}

namespace {

// The table after batches of ids, each one step down the sum of the rows looked up.
std::vector<float> after_batches(const Handle<optim::Optimizer>& optimizer, const Tensor& start,
                                 const std::vector<Tensor>& batches) {
  const Variable table(start, {.name = "table"});
  for (const Tensor& ids : batches) {
    GradientTape tape;
    const Tensor loss = ops::sum(ops::gather(table, ids));
    optimizer->apply({{tape.gradient(loss, table), table}});
  }
  return table.peek().to_vector<float>();
}

}  // namespace

// Keras 3.15.1 on JAX; on TensorFlow it squares the gradients one by one: 0.861987 with Adagrad
TEST_CASE("Rows: gradients of an id that comes twice are summed before they are squared or clipped, as Keras on JAX") {
  const auto second_row = [](const Handle<optim::Optimizer>& optimizer) {
    const Tensor start = Tensor::ones({3, 1});
    return after_batches(optimizer, start, {Tensor({1, 1}), Tensor({0, 2})})[1];
  };
  CHECK(second_row(Adagrad({.learning_rate = 0.1})) == doctest::Approx(0.90122706));
  CHECK(second_row(Adam({.learning_rate = 0.1})) == doctest::Approx(0.8329958));
  CHECK(second_row(RMSprop({.learning_rate = 0.1})) == doctest::Approx(0.68377227));
  CHECK(second_row(Ftrl({.learning_rate = 0.1})) == doctest::Approx(0.7450533));
  const Tensor start = Tensor::ones({3, 1}), four_times({1, 1, 1, 1});
  CHECK(after_batches(SGD({.learning_rate = 0.1, .clipnorm = 1}), start, {four_times}) ==
        std::vector<float>{1, 0.9F, 1});
}

TEST_CASE("Rows: a step of Ftrl makes every row without a gradient 0, as Keras") {
  const std::vector<float> after =
      after_batches(Ftrl({.learning_rate = 0.1}), Tensor({{0.5F}, {0.6F}, {0.7F}}), {Tensor({1})});
  CHECK(after[0] == 0);
  CHECK(after[1] == doctest::Approx(0.32374692));
  CHECK(after[2] == 0);
}

TEST_CASE("Rows: a gradient without rows is a zero one") {
  for (const Named& optimizer : optimizers) {
    CAPTURE(optimizer.name);
    const Variable a(Tensor::ones({4, 2}), {.name = "w"}), b(Tensor::ones({4, 2}), {.name = "w"});
    const auto by_rows = optimizer.make({.weight_decay = 0.5}), missing = optimizer.make({.weight_decay = 0.5});
    const Variable* const pointer = &b;
    const Gradient empty;
    for (int step = 0; step < 2; ++step) {
      by_rows->apply({{Rows{Tensor::zeros({0}, int32), Tensor::zeros({0, 2}), {4, 2}}, a}});
      missing->apply({&empty, 1}, {&pointer, 1}, {.missing_is_zero = true});
    }
    CHECK(near(a.peek(), b.peek()));
    CHECK(a.peek().at<float>(3, 1) < 1);
  }
}

TEST_CASE("Rows: ids in any order are visited in ascending order, whatever their number") {
  std::mt19937 engine(3);
  for (const std::int64_t limit : {1, 7, 64, 100, 3000, 5'000'000}) {
    std::vector<std::int32_t> ids;
    for (std::int32_t id = 0; id < limit && ids.size() < 2000; id += static_cast<std::int32_t>(limit / 2000 + 1))
      ids.push_back(id);
    std::shuffle(ids.begin(), ids.end(), engine);
    std::vector<detail::RowKey> keys{42};  // what is there stays
    detail::append_in_order(Tensor(ids), limit, keys);
    REQUIRE(keys.size() == ids.size() + 1);
    CHECK(keys[0] == 42);
    CHECK(std::is_sorted(keys.begin() + 1, keys.end()));
    for (std::size_t i = 1; i < keys.size(); ++i)
      CHECK(static_cast<std::size_t>(ids[detail::position_of(keys[i])]) == detail::id_of(keys[i]));
  }
}

TEST_CASE("Rows: an id that comes twice is refused, in tables of few rows and of many, of few ids and of many") {
  for (const std::int64_t limit : {100, 5'000'000})
    for (const std::int32_t count : {2, 20, 200}) {
      std::vector<std::int32_t> ids;
      for (std::int32_t i = 0; i < count && i < limit; ++i) ids.push_back(i);
      std::vector<detail::RowKey> keys;
      CHECK_NOTHROW(detail::append_in_order(Tensor(ids), limit, keys));
      ids.back() = 0;
      CHECK_THROWS_WITH_AS(detail::append_in_order(Tensor(ids), limit, keys),
                           "[Optimizer::apply] a row of the gradient occurs twice; got id 0; expected every id once; "
                           "use Rows::sum_by_id",
                           ValueError);
    }
}

TEST_CASE("Rows: runs cover every element once, in order") {
  const float values[] = {1, 2, 3, 4};
  const std::vector<detail::RowKey> keys{detail::RowKey{1} << 32 | 1, detail::RowKey{3} << 32};
  const detail::GradientRuns<float> runs{.values = values, .by_rows = true, .keys = keys, .rows = 5, .row_size = 2};
  std::vector<std::array<std::size_t, 2>> visited;
  std::vector<const float*> gradients;
  runs.for_each([&](std::size_t first, std::size_t size, const float* gradient) {
    visited.push_back({first, size});
    gradients.push_back(gradient);
  });
  CHECK(visited == std::vector<std::array<std::size_t, 2>>{{0, 2}, {2, 2}, {4, 2}, {6, 2}, {8, 2}});
  CHECK(gradients == std::vector<const float*>{nullptr, values + 2, nullptr, values, nullptr});
  CHECK(runs.sum_of_squares() == 30);
}

TEST_CASE("Rows: blocks hold the listed rows with zeros between them") {
  for (const std::size_t row_size : {1U, 2U, 16U, 32U, 50U}) {
    const std::size_t rows = 40;
    std::vector<float> values(3 * row_size);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i + 1);
    const std::vector<detail::RowKey> keys{detail::RowKey{1} << 32 | 2, detail::RowKey{3} << 32,
                                           detail::RowKey{39} << 32 | 1};
    const detail::GradientRuns<float> runs{
        .values = values.data(), .by_rows = true, .keys = keys, .rows = rows, .row_size = row_size};
    std::vector<float> dense(rows * row_size), expected(dense.size()), buffer(5 * row_size);
    for (const detail::RowKey key : keys)
      std::copy_n(values.data() + detail::position_of(key) * row_size, row_size,
                  expected.data() + detail::id_of(key) * row_size);
    std::size_t next = 0;
    runs.for_each_block(buffer, [&](std::size_t first, std::size_t size, const float* gradient) {
      CHECK(first == next);
      if (gradient) std::copy_n(gradient, size, dense.data() + first);
      next = first + size;
    });
    CHECK(next == dense.size());
    CHECK(dense == expected);
  }
}
