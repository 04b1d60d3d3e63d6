// Rows of tables on several threads. The shapes are large enough to be cut into pieces, and do not divide evenly.
#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/pooling.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/same_bits.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::same_bits, testing::WithThreads;

namespace {

// The ids of each row twice and more.
Tensor ids_of(const Shape& shape, std::int32_t rows) { return random::randint(shape, 0, rows); }

void check_threads(const std::function<std::vector<Tensor>()>& results) {
  const auto with = [&](std::int64_t threads) {
    const WithThreads count(threads);
    return results();
  };
  const std::vector<Tensor> alone = with(1);
  for (const std::int64_t threads : testing::thread_counts) {
    CAPTURE(threads);
    const std::vector<Tensor> all = with(threads);
    REQUIRE(all.size() == alone.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(same_bits(all[i], alone[i]));
  }
}

Tensor gradient_of(GradientTape& tape, const Tensor& y, const Variable& table) {
  return tape.gradient(ops::sum(y * y), table).to_dense();
}

}  // namespace

TEST_CASE("gather: any number of threads gives the same bits, and its gradient too") {
  for (const std::int64_t width : {64, 33, 100}) {
    random::set_seed(1);
    const Variable table(random::normal({4001, width}));
    const Tensor ids = ids_of({131, 127}, 4001);
    check_threads([&] {
      GradientTape tape;
      const Tensor y = ops::gather(table, ids);
      return std::vector{y, gradient_of(tape, y, table)};
    });
  }
}

TEST_CASE("gather: the sums of many equal ids, in doubles, have the same bits with any number of threads") {
  random::set_seed(2);
  const Variable table(random::normal({101, 70}));
  const Tensor ids = ids_of({131, 67}, 101);
  check_threads([&] {
    GradientTape tape;
    const Tensor y = ops::gather(table, ids);
    return std::vector{gradient_of(tape, y, table)};
  });
}

TEST_CASE("gather: the gradient of a mean over steps has the same bits with any number of threads") {
  random::set_seed(3);
  const Variable table(random::normal({9001, 64}));
  const Tensor ids = ids_of({131, 127}, 9001);
  check_threads([&] {
    GradientTape tape;
    const Tensor y = ops::mean(ops::gather(table, ids), {.axis = 1});
    return std::vector{y, gradient_of(tape, y, table)};
  });
}

TEST_CASE("scatter_add and take: any number of threads gives the same bits") {
  random::set_seed(4);
  const Tensor x = random::normal({2003, 130}), updates = random::normal({5003, 130});
  const Tensor ids = ids_of({5003}, 2003), columns = ids_of({300}, 130);
  check_threads([&] { return std::vector{ops::scatter_add(x, ids, updates), ops::take(x, columns, 1)}; });
}

TEST_CASE("embedding_bag: any number of threads gives the same bits, in every mode") {
  random::set_seed(5);
  const Variable table(random::normal({9001, 70}));
  const Tensor ids = ids_of({701, 17}, 9001), weights = random::normal({701, 17});
  for (const ops::BagMode mode : {ops::BagMode::sum, ops::BagMode::mean, ops::BagMode::max})
    check_threads([&] {
      GradientTape tape;
      const Tensor y = ops::embedding_bag(table, ids, {.mode = mode});
      return std::vector{y, gradient_of(tape, y, table)};
    });
  check_threads(
      [&] { return std::vector{ops::embedding_bag(table, ids, {.mode = ops::BagMode::sum, .weights = weights})}; });
}

TEST_CASE("gather_dot: any number of threads gives the same bits, and its gradients too") {
  for (const DType dtype : {float32, float64}) {
    random::set_seed(6);
    const Variable table(random::normal({9001, 70}).astype(dtype)), x(random::normal({1501, 70}).astype(dtype));
    const Tensor ids = ids_of({1501, 7}, 9001);
    check_threads([&] {
      GradientTape tape;
      const Tensor y = ops::gather_dot(table, ids, x);
      const auto [d_table, d_x] = tape.gradient(ops::sum(y * y), table, x);
      return std::vector{y, d_table.to_dense(), d_x.to_dense()};
    });
  }
}

TEST_CASE("masked_mean: any number of threads gives the same bits, and its gradient too") {
  random::set_seed(7);
  const Variable x(random::normal({131, 127, 65}));
  const Tensor mask = ops::less(random::uniform({131, 127}), Tensor(0.7F));
  check_threads([&] {
    GradientTape tape;
    const Tensor y = ops::masked_mean(x, mask);
    return std::vector{y, gradient_of(tape, y, x)};
  });
}

TEST_CASE("transpose and broadcast_to: any number of threads gives the same bits") {
  random::set_seed(8);
  const Tensor x = random::normal({97, 61, 37}), row = random::normal({1, 61, 1});
  check_threads([&] {
    return std::vector{ops::transpose(x, {2, 0, 1}), ops::transpose(x, {0, 2, 1}), ops::transpose(x, {1, 0, 2}),
                       ops::broadcast_to(row, x.shape()), ops::transpose(ops::reshape(x, {97, 61 * 37}))};
  });
}
