// Results do not depend on the number of threads.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/blas.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/reshaping/flatten.hpp>

#include "tests/support/line.hpp"

using namespace cornu;
namespace line = testing::line;

TEST_CASE("threads: OpenBLAS runs one thread a product, whatever the environment says") {
  (void)ops::matmul(Tensor::ones({64, 64}), Tensor::ones({64, 64}));
  using Function = int (*)();
  const auto threads = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  REQUIRE((threads != nullptr));
  if (kernels::product_kernels() == kernels::ProductKernels::openblas) CHECK(threads() == 1);
  kernels::prepare_blas();
  CHECK(threads() == 1);
}

TEST_CASE("threads: a training computes on any thread what it computes on the main one") {
  const FitOptions options{.batch_size = 4, .epochs = 2};
  const std::vector<Tensor> expected = line::trained(options);
  std::vector<Tensor> elsewhere;
  std::thread([&] { elsewhere = line::trained(options); }).join();
  CHECK(line::same(elsewhere, expected));
}

namespace {

// Runs f(0) … f(count - 1), each on a thread of its own.
void side_by_side(int count, const std::function<void(int)>& f) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&f, i] { f(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("threads: eight of them predict with one model") {
  Sequential model{layers::Embedding(50, 4), layers::LSTM(3), layers::Dense(1)};
  model.build({None, 6});
  const Tensor ids = random::randint({40, 6}, 0, 50);
  const Tensor expected = model.predict(ids);
  std::vector<Tensor> results(8);
  side_by_side(8, [&](int i) {
    for (int k = 0; k < 10; ++k) results[static_cast<std::size_t>(i)] = model.predict(ids, {.batch_size = 7 + i});
  });
  for (const Tensor& result : results) CHECK(ops::array_equal(result, model.predict(ids, {.batch_size = 7})));
  CHECK(ops::max(ops::abs(results[0] - expected)).item<double>() < 1e-6);
}

TEST_CASE("threads: eight of them predict between steps of a training that defers rows") {
  Sequential model{layers::Embedding(60, 4), layers::Flatten(), layers::Dense(1)};
  model.build({None, 2});
  model.compile("adam", "mse");
  for (int i = 0; i < 5; ++i) model.train_on_batch(Tensor({{i, i + 7}, {2 * i, i + 20}}), Tensor({{1.F}, {0.F}}));
  const Tensor ids = random::randint({30, 2}, 0, 60);
  const Tensor expected = model.predict(ids);
  std::vector<Tensor> results(8);
  side_by_side(8, [&](int i) { results[static_cast<std::size_t>(i)] = model.predict(ids); });
  for (const Tensor& result : results) CHECK(ops::array_equal(result, expected));
}

TEST_CASE("threads: tensors made by one thread are used by others and dropped by a third") {
  std::vector<Tensor> made(40);
  side_by_side(4, [&](int i) {
    for (int k = 0; k < 10; ++k) made[static_cast<std::size_t>(10 * i + k)] = Tensor::full({100, 3}, i);
  });
  std::vector<double> sums(4);
  side_by_side(4, [&](int i) {
    for (const Tensor& tensor : made) sums[static_cast<std::size_t>(i)] += ops::sum(tensor * 2).item<double>();
  });
  for (const double sum : sums) CHECK(sum == 10 * 300 * 2 * (0 + 1 + 2 + 3));
  std::thread([&] { made.clear(); }).join();
}

TEST_CASE("threads: two optimizers train two tables, each on a thread of its own") {
  const auto made = [] {
    random::set_seed(3);  // of the process: the models are made one after the other
    auto model = std::make_unique<Sequential>(layers::Embedding(60, 4), layers::Flatten(), layers::Dense(1));
    model->build({None, 2});
    model->compile("adam", "mse");
    return model;
  };
  const auto trained = [](Sequential& model) {
    for (int i = 0; i < 10; ++i) model.train_on_batch(Tensor({{i, i + 7}, {2 * i, i + 20}}), Tensor({{1.F}, {0.F}}));
    return model.get_weights();
  };
  const std::vector<Tensor> expected = trained(*made());
  std::vector<std::unique_ptr<Sequential>> models;
  for (int i = 0; i < 2; ++i) models.push_back(made());
  std::vector<std::vector<Tensor>> results(2);
  side_by_side(2, [&](int i) { results[static_cast<std::size_t>(i)] = trained(*models[static_cast<std::size_t>(i)]); });
  for (const std::vector<Tensor>& result : results) CHECK(line::same(result, expected));
}

TEST_CASE("threads: a tape that ends on another thread records no more on its own") {
  const Tensor x = Tensor::ones({3});
  auto tape = std::make_unique<GradientTape>();
  tape->watch(x);
  const Tensor y = ops::exp(x);
  CHECK(detail::is_recording());
  std::thread([&] { tape.reset(); }).join();
  const Tensor z = ops::exp(x);  // takes notice
  CHECK_FALSE(detail::is_recording());
  GradientTape next;
  next.watch(x);
  CHECK(next.gradient(ops::sum(ops::square(x)), x).to_dense().at<float>(0) == 2);
}

TEST_CASE("threads: a tape that ends on another thread leaves those that are open to go on") {
  const Tensor x = Tensor::full({3}, 3);
  GradientTape outer;
  outer.watch(x);
  auto inner = std::make_unique<GradientTape>();
  std::thread([&] { inner.reset(); }).join();
  CHECK(outer.gradient(ops::sum(ops::square(x)), x).to_dense().at<float>(0) == 6);
  CHECK_FALSE(detail::is_recording());
}

TEST_CASE("threads: trainings side by side do not disturb each other") {
  const FitOptions options{.batch_size = 4, .epochs = 20, .verbose = 0, .shuffle = false};
  const auto train = [&](Sequential& model) { model.fit(line::x(), line::y(), options); };
  Sequential alone = line::model();
  train(alone);
  std::vector<Sequential> models;
  for (int i = 0; i < 4; ++i) models.push_back(line::model());
  std::vector<std::thread> threads;
  for (Sequential& model : models) threads.emplace_back([&] { train(model); });
  for (std::thread& thread : threads) thread.join();
  for (Sequential& model : models) CHECK(line::same(model.get_weights(), alone.get_weights()));
}
