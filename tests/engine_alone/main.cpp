// The engine by itself: a tape, an embedding read by gather, and updates written by hand. It is linked with the rooms
// base, tensor, kernels, autodiff and ops alone, so that it does not link when one of them calls something above.
#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/threads.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace {

namespace ops = cornu::ops;
using cornu::GradientTape, cornu::Tensor, cornu::Variable;

// w ← w − 0.5·d_w
void update(Variable& w, const cornu::Gradient& d_w) { w.assign(w.value() - 0.5f * d_w.to_dense()); }

// The mean squared error of `rows of table · w` to targets that one table and w give exactly.
Tensor loss_of(const Variable& table, const Variable& w, const Tensor& ids, const Tensor& targets) {
  return ops::mean(ops::square(ops::matmul(table.gather(ids), w) - targets));
}

int train() {
  cornu::random::set_seed(1);
  const Tensor ids({0, 2, 2, 1, 3, 0});
  const Tensor targets({{1.f}, {-1.f}, {-1.f}, {0.5f}, {2.f}, {1.f}});
  Variable table(cornu::random::normal({5, 4}), {.name = "table"});
  Variable w(cornu::random::normal({4, 1}), {.name = "w"});
  const Tensor before = table.value();
  const std::vector<float> unread(before.values<float>().begin() + 16, before.values<float>().end());

  double loss = 0;
  for (int step = 0; step < 200; ++step) {
    GradientTape tape;
    const Tensor error = loss_of(table, w, ids, targets);
    const auto [d_table, d_w] = tape.gradient(error, table, w);
    update(table, d_table);
    update(w, d_w);
    loss = error.item<double>();
  }
  fmt::print("mean squared error after 200 updates: {:.2g}\n", loss);
  const Tensor value = table.value();
  const auto last = value.values<float>().subspan(16);
  return loss < 1e-6 && std::vector<float>(last.begin(), last.end()) == unread ? 0 : 1;
}

std::ptrdiff_t running_threads() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return std::distance(begin(threads), end(threads));
}

}  // namespace

int main() {
  cornu::set_num_threads(4);
  const std::ptrdiff_t before = running_threads();
  if (before != 1) {
    fmt::print("the libraries have started threads as they were loaded; {} run\n", before);
    return 1;
  }
  const int result = train();
  if (running_threads() == before) return result;
  fmt::print("work that is too small to gain has started threads\n");
  return 1;
}
