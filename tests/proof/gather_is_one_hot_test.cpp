#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

// A table and ids into it, of random shapes; many ids occur often and many never.
struct Lookup {
  Tensor table, ids;
};

std::int64_t draw(random::Generator& generator, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(generator.below(static_cast<std::uint64_t>(high - low + 1)));
}

Shape random_shape(random::Generator& generator, std::int64_t most_axes, std::int64_t most) {
  Shape shape;
  for (std::int64_t axes = draw(generator, 0, most_axes); axes > 0; --axes) shape.push_back(draw(generator, 1, most));
  return shape;
}

Lookup random_lookup(random::Generator& generator, DType floats, DType ints) {
  const std::int64_t rows = draw(generator, 1, 40), used = draw(generator, 1, rows),
                     first = draw(generator, 0, rows - used);
  Shape table{rows};
  for (const std::int64_t extent : random_shape(generator, 2, 20)) table.push_back(extent);
  return {random::normal(table, 0, 1, floats),
          random::randint(random_shape(generator, 3, 9), first, first + used, ints)};
}

Tensor by_gather(const Tensor& table, const Tensor& ids) { return ops::gather(table, ids); }

// The definition: one_hot(ids) · table
Tensor by_one_hot(const Tensor& table, const Tensor& ids) {
  const std::int64_t rows = table.dim(0);
  const Tensor product = ops::matmul(ops::reshape(ops::one_hot(ids, rows, table.dtype()), {ids.size(), rows}),
                                     ops::reshape(table, {rows, -1}));
  Shape shape = ids.shape();
  for (std::size_t axis = 1; axis < table.rank(); ++axis) shape.push_back(table.shape()[axis]);
  return ops::reshape(product, shape);
}

using Gathering = Tensor (*)(const Tensor&, const Tensor&);

// d table of Σ weights · y² for y gathered from the table in that way.
Gradient gradient_of(Gathering gathering, const Lookup& lookup, const Tensor& weights) {
  const Variable table(lookup.table);
  GradientTape tape;
  return tape.gradient(ops::square(gathering(table, lookup.ids)) * weights, table);
}

double distance(const Tensor& a, const Tensor& b) {
  const double scale = std::max(1.0, ops::max(ops::abs(b)).item<double>());
  return ops::max(ops::abs(a - b)).item<double>() / scale;
}

template <class Check>
void for_random_lookups(Check check) {
  random::set_seed(20);
  random::Generator generator(20);
  for (const DType floats : {float32, float64})
    for (const DType ints : {int32, int64})
      for (int trial = 0; trial < 100; ++trial) {
        const Lookup lookup = random_lookup(generator, floats, ints);
        CAPTURE(lookup.table.shape().to_string());
        CAPTURE(lookup.ids.shape().to_string());
        check(lookup);
      }
}

}  // namespace

TEST_CASE("gather is the one-hot product: equal values") {
  for_random_lookups([](const Lookup& lookup) {
    const Tensor gathered = by_gather(lookup.table, lookup.ids), multiplied = by_one_hot(lookup.table, lookup.ids);
    REQUIRE(gathered.shape() == multiplied.shape());
    REQUIRE(ops::array_equal(gathered, multiplied));
  });
}

TEST_CASE("gather is the one-hot product: equal gradients") {
  for_random_lookups([](const Lookup& lookup) {
    const Tensor y = by_gather(lookup.table, lookup.ids);
    const Tensor weights = random::normal(y.shape(), 0, 1, y.dtype());
    const Gradient gathered = gradient_of(by_gather, lookup, weights);
    const Tensor multiplied = gradient_of(by_one_hot, lookup, weights).to_dense();
    REQUIRE(gathered.is_rows());
    REQUIRE(gathered.to_dense().shape() == lookup.table.shape());
    REQUIRE(distance(gathered.to_dense(), multiplied) <= (y.dtype() == float32 ? 1e-6 : 1e-12));
  });
}

TEST_CASE("gather is the one-hot product: equal gradients when they are differentiated again") {
  for_random_lookups([](const Lookup& lookup) {
    if (lookup.table.dtype() == float32) return;  // sums of sums: rounding alone may pass 1e-6
    const auto second = [&](Gathering gathering) {
      const Variable table(lookup.table);
      GradientTape outer;
      Tensor first;
      {
        GradientTape inner;
        const Tensor y = gathering(table, lookup.ids);
        first = inner.gradient(y * y * y, table).to_dense();
      }
      return outer.gradient(ops::square(first), table).to_dense();
    };
    REQUIRE(distance(second(by_gather), second(by_one_hot)) <= 1e-12);
  });
}

TEST_CASE("gather is the one-hot product: the rows of never-used ids are exactly 0, and absent") {
  for_random_lookups([](const Lookup& lookup) {
    const Tensor weights = Tensor::ones(by_gather(lookup.table, lookup.ids).shape(), lookup.table.dtype());
    const Rows rows = gradient_of(by_gather, lookup, weights).rows();
    const Tensor one_hot = ops::one_hot(ops::reshape(lookup.ids, {-1}), lookup.table.dim(0), float32);
    const Tensor used = ops::sum(one_hot, {.axis = 0});
    const Tensor listed = ops::sum(ops::one_hot(rows.ids, lookup.table.dim(0)), {.axis = 0});
    REQUIRE(ops::array_equal(listed, ops::minimum(used, Tensor(1.f))));
  });
}
