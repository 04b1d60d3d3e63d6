#include <cornu/framework/tensor/storage.hpp>

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;

namespace {

#ifdef CORNU_SANITIZED
constexpr bool is_sanitized = true;  // keeps what is freed
#else
constexpr bool is_sanitized = false;
#endif

std::int64_t resident_megabytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE) >> 20;
}

// Passes one tensor at a time from one thread to another.
class Handover {
 public:
  void give(Tensor tensor) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !tensor_; });
    tensor_ = std::move(tensor);
    changed_.notify_all();
  }
  Tensor take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return tensor_.has_value(); });
    Tensor tensor = std::move(*tensor_);
    tensor_.reset();
    changed_.notify_all();
    return tensor;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Tensor> tensor_;
};

}  // namespace

TEST_CASE("storage: memory stays flat when another thread drops what one makes") {
  constexpr int count = 4000;
  const std::int64_t before = resident_megabytes();
  Handover handover;
  std::jthread worker([&] {
    for (int i = 0; i < count; ++i) handover.give(Tensor::ones({256, 256}));  // 1 GB in all
  });
  float sum = 0;
  for (int i = 0; i < count; ++i) sum += handover.take().at<float>(255, 255);
  CHECK(sum == count);
  CHECK((is_sanitized || resident_megabytes() - before < 200));
}

TEST_CASE("storage: memory stays flat when two threads make what the other drops, in turns") {
  const std::int64_t before = resident_megabytes();
  for (int turn = 0; turn < 4; ++turn) {
    std::vector<Tensor> tensors;
    const auto make = [&] {
      for (int i = 0; i < 500; ++i) tensors.push_back(Tensor::ones({256, 256}));
    };
    if (turn % 2 == 0) {
      std::jthread(make).join();
      tensors.clear();
    } else {
      make();
      std::jthread([&] { tensors.clear(); }).join();
    }
  }
  CHECK((is_sanitized || resident_megabytes() - before < 300));
}

TEST_CASE("storage: what a tape keeps can end on another thread") {
  std::optional<GradientTape> tape(std::in_place);
  const Tensor x = Tensor::ones({3});
  tape->watch(x);
  const Tensor y = ops::sum(ops::exp(x) * x);
  const Tensor d_x = tape->gradient(y, x).to_dense();
  std::jthread([kept = d_x] { CHECK(kept.shape() == Shape{3}); }).join();
  CHECK(d_x.at<float>(0) == doctest::Approx(2 * std::exp(1.)));
}
