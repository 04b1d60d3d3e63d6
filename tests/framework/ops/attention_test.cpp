#include <cornu/framework/ops/attention.hpp>

#include <doctest/doctest.h>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/kernels/attention.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using ops::attention;
using ops::attention_of_ops;
using ops::AttentionOptions;

namespace {

struct Extents {
  std::int64_t batch = 2, queries = 3, keys = 5, heads = 2, key_heads = 2, key_dim = 4, value_dim = 3;

  Shape scores() const { return {batch, heads, queries, keys}; }
};

std::vector<Tensor> inputs_for(const Extents& e, DType dtype = float64) {
  random::set_seed(7);
  return {random::normal({e.batch, e.queries, e.heads, e.key_dim}, 0, 1, dtype),
          random::normal({e.batch, e.keys, e.key_heads, e.key_dim}, 0, 1, dtype),
          random::normal({e.batch, e.keys, e.key_heads, e.value_dim}, 0, 1, dtype)};
}

Tensor some(const Shape& shape, double part) { return ops::less(random::uniform(shape), part); }

Tensor causal(std::int64_t queries, std::int64_t keys) {
  return ops::less_equal(Tensor::arange(keys), ops::expand_dims(Tensor::arange(queries), -1));
}

// (batch, 1, 1, keys): the first ones, fewer from sample to sample, none at last
Tensor padding(const Extents& e) {
  const Tensor lengths = ops::reshape(Tensor::arange(e.batch), {e.batch, 1, 1, 1});
  return ops::less(Tensor::arange(e.keys) * static_cast<double>(e.batch - 1),
                   (static_cast<double>(e.batch - 1) - lengths) * static_cast<double>(e.keys));
}

// None, causal, padding, queries that see nothing, all of them, whichever, one a head, and none that allows a key
std::vector<std::optional<Tensor>> masks_for(const Extents& e) {
  const Tensor queries = some({e.batch, 1, e.queries, 1}, 0.5), places = causal(e.queries, e.keys);
  return {std::nullopt,
          places,
          padding(e),
          queries,
          ops::logical_and(ops::logical_and(padding(e), queries), places),
          some(e.scores(), 0.3),
          some({e.heads, 1, e.keys}, 0.5),
          Tensor::zeros({1, e.keys}, boolean)};
}

// The gradients of Σ y · weights with respect to each input.
template <class F>
std::vector<Tensor> gradients_of(F function, const std::vector<Tensor>& x) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : x) tape.watch(input);
  const Tensor y = function(x);
  const Tensor target = ops::sum(y * random::normal(y.shape(), 0, 1, y.dtype(), random::Generator(3)));
  std::vector<Tensor> all;
  for (const Tensor& input : x) all.push_back(tape.gradient(target, input).to_dense());
  return all;
}

void check_like_ops(const std::vector<Tensor>& x, const AttentionOptions& options, double tolerance) {
  const auto fused = [&](const auto& in) { return attention(in[0], in[1], in[2], options); };
  const auto plain = [&](const auto& in) { return attention_of_ops(in[0], in[1], in[2], options); };
  CHECK(ops::all_close(fused(x), plain(x), tolerance, tolerance));
  const std::vector<Tensor> got = gradients_of(fused, x), expected = gradients_of(plain, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO("input ", i);
    CHECK(ops::all_close(got[i], expected[i], tolerance, tolerance));
  }
}

void check_all_masks(const Extents& e, DType dtype, double tolerance) {
  const std::vector<Tensor> x = inputs_for(e, dtype);
  std::size_t number = 0;
  for (const auto& mask : masks_for(e))
    for (const double rate : {0., 0.25}) {
      INFO("keys ", e.keys, ", key_dim ", e.key_dim, ", mask ", number, ", rate ", rate);
      AttentionOptions options{.scale = 0.3, .allowed = mask, .rate = rate};
      if (rate > 0) options.kept = some(e.scores(), 1 - rate);
      check_like_ops(x, options, tolerance);
      ++number;
    }
}

AttentionOptions causal_and_dropped(const Extents& e) {
  return {.scale = 0.5, .allowed = causal(e.queries, e.keys), .kept = some(e.scores(), 0.7), .rate = 0.25};
}

Tensor applied(const std::vector<Tensor>& x, const AttentionOptions& options) {
  return attention(x[0], x[1], x[2], options);
}

}  // namespace

TEST_CASE("attention: values and gradients are those of its plain form, under every mask, with dropout and without") {
  check_all_masks({}, float64, 1e-12);
  check_all_masks({}, float32, 1e-5);
  check_all_masks({.queries = 20, .keys = 20, .key_dim = 16, .value_dim = 32}, float64, 1e-12);
  check_all_masks({.queries = 20, .keys = 37, .key_dim = 33, .value_dim = 17}, float32, 2e-5);
}

TEST_CASE("attention: several tiles of queries and keys, whole and not") {
  const std::int64_t queries = kernels::attention_queries, keys = kernels::attention_keys;
  check_all_masks({.queries = queries, .keys = keys, .heads = 1, .key_heads = 1}, float64, 1e-12);
  check_all_masks({.queries = queries + 1, .keys = keys + 1, .heads = 1, .key_heads = 1}, float64, 1e-12);
  check_all_masks({.queries = 2 * queries + 9, .keys = 2 * keys + 19, .heads = 1, .key_heads = 1}, float64, 1e-12);
  check_all_masks({.queries = 2 * queries + 9, .keys = 2 * keys + 19, .heads = 1, .key_heads = 1}, float32, 5e-5);
}

TEST_CASE("attention: heads of queries share heads of keys and values") {
  check_all_masks({.heads = 6, .key_heads = 2}, float64, 1e-12);
  check_all_masks({.queries = 70, .keys = 130, .heads = 3, .key_heads = 1}, float64, 1e-12);
}

TEST_CASE("attention: extents of 1, and of 0") {
  check_all_masks({.batch = 2, .queries = 1, .keys = 1, .heads = 1, .key_heads = 1, .key_dim = 1, .value_dim = 1},
                  float64, 1e-12);
  for (const Extents& e : {Extents{.batch = 0}, Extents{.queries = 0}, Extents{.keys = 0}, Extents{.value_dim = 0}}) {
    const std::vector<Tensor> x = inputs_for(e);
    CHECK(ops::array_equal(applied(x, {}), Tensor::zeros({e.batch, e.queries, e.heads, e.value_dim}, float64)));
  }
  const std::vector<Tensor> flat = inputs_for({.key_dim = 0});  // all scores are 0
  const Tensor mean = ops::broadcast_to(ops::mean(flat[2], {.axis = 1, .keepdims = true}), {2, 3, 2, 3});
  CHECK(ops::all_close(applied(flat, {}), mean));
}

TEST_CASE("attention: scores far apart and far from 0, and the weight that is left") {
  std::vector<Tensor> x = inputs_for({.keys = 140});
  x[0] = x[0] * 1e3;
  check_like_ops(x, {}, 1e-9);
  const Tensor key({{{{-200.F}}, {{0.F}}, {{300.F}}}}), value({{{{1.F}}, {{2.F}}, {{3.F}}}});
  const Tensor query({{{{1.F}}, {{-1.F}}}});
  CHECK(ops::array_equal(attention(query, key, value), Tensor({{{{3.F}}, {{1.F}}}})));
  CHECK(ops::array_equal(attention(query, key - 1000, value), Tensor({{{{3.F}}, {{1.F}}}})));
  CHECK(ops::array_equal(attention(query, key, value, {.allowed = causal(2, 3)}), Tensor({{{{1.F}}, {{1.F}}}})));
}

TEST_CASE("attention: a NaN stays in its row, and an infinite score") {
  const Tensor key({{{{1.F}}, {{2.F}}}}), value({{{{1.F}}, {{2.F}}}});
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor y = attention(Tensor({{{{std::numeric_limits<float>::quiet_NaN()}}, {{1.F}}, {{inf}}}}), key, value);
  CHECK(ops::array_equal(ops::is_nan(y), Tensor({{{{true}}, {{false}}, {{true}}}})));
}

TEST_CASE("attention: gradients agree with central differences") {
  const Extents e{.heads = 4, .key_dim = 3};
  for (const AttentionOptions& options : {AttentionOptions{}, causal_and_dropped(e)}) {
    const auto report =
        check_gradients([&](const std::vector<Tensor>& x) { return applied(x, options); }, inputs_for(e));
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE("attention: can be differentiated twice, and one tensor may be query, key and value") {
  const Extents e{.queries = 3, .keys = 3, .key_dim = 2, .value_dim = 2};
  const AttentionOptions options = causal_and_dropped(e);
  const auto alone = [&](const Tensor& x) { return attention(x, x, x, options); };
  const auto slope = [&](const Tensor& x) {
    GradientTape inner;
    inner.watch(x);
    return ops::sum(ops::square(inner.gradient(ops::sum(ops::square(alone(x))), x).to_dense()));
  };
  const std::vector<Tensor> x = inputs_for(e);
  const auto first = check_gradients(alone, {x[0]}), second = check_gradients(slope, {x[0]});
  CHECK_MESSAGE(first.ok(), first.where);
  CHECK_MESSAGE(second.ok(1e-6), second.where);
}

TEST_CASE("attention: the same bits on every run") {
  const std::vector<Tensor> x = inputs_for({.queries = 150, .keys = 150}, float32);
  const auto function = [](const auto& in) { return attention(in[0], in[1], in[2]); };
  CHECK(ops::array_equal(function(x), function(x)));
  const std::vector<Tensor> one = gradients_of(function, x), other = gradients_of(function, x);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(ops::array_equal(one[i], other[i]));
}

TEST_CASE("attention: refused") {
  const std::vector<Tensor> x = inputs_for({});
  CHECK_THROWS_AS(attention(ops::select(x[0], 0, 0), x[1], x[2]), ShapeError);
  CHECK_THROWS_AS(attention(x[0], x[2], x[2]), ShapeError);
  CHECK_THROWS_AS(attention(x[0], x[1], inputs_for({.keys = 4})[2]), ShapeError);
  CHECK_THROWS_AS(attention(inputs_for({.heads = 3})[0], x[1], x[2]), ShapeError);
  CHECK_THROWS_AS(attention(x[0], x[1], x[2].astype(float32)), ValueError);
  CHECK_THROWS_AS(attention(x[0], x[1], x[2], {.allowed = Tensor::zeros({4}, boolean)}), ShapeError);
  CHECK_THROWS_AS(attention(x[0], x[1], x[2], {.allowed = Tensor::zeros({5})}), ShapeError);
  CHECK_THROWS_AS(attention(x[0], x[1], x[2], {.kept = Tensor::zeros({5}, boolean)}), ShapeError);
}
