// Results do not depend on the number of threads.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <thread>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/line.hpp"

using namespace cornu;
namespace line = testing::line;

TEST_CASE("threads: OpenBLAS runs one thread a product, whatever the environment says") {
  ops::matmul(Tensor::ones({64, 64}), Tensor::ones({64, 64}));
  using Function = int (*)();
  const auto threads = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  REQUIRE((threads != nullptr));
  CHECK(threads() == 1);
}

TEST_CASE("threads: a training computes on any thread what it computes on the main one") {
  const FitOptions options{.batch_size = 4, .epochs = 2};
  const std::vector<Tensor> expected = line::trained(options);
  std::vector<Tensor> elsewhere;
  std::thread([&] { elsewhere = line::trained(options); }).join();
  CHECK(line::same(elsewhere, expected));
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
