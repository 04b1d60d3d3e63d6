// UpdateHistory as tensors, for files.
#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/rule/update_history.hpp>

namespace cornu::optim {

namespace {

Tensor as_tensor(const std::vector<double>& numbers) {
  Tensor tensor = Tensor::uninitialized({numbers.size()}, float64);
  std::copy(numbers.begin(), numbers.end(), tensor.mutable_data<double>());
  return tensor;
}

void require(bool holds, const char* what) {
  if (!holds)
    throw ValueError("UpdateHistory::restore", std::string("not a state of this history; ") + what +
                                                   "; expected one of the same optimizer and table");
}

std::span<const double> numbers_of(const Tensor& tensor) {
  require(tensor.defined() && !tensor.is_symbolic() && tensor.dtype() == float64, "got a tensor that is not float64");
  return tensor.values<double>();
}

void copy_into(std::vector<double>& to, const Tensor& from) {
  const std::span<const double> numbers = numbers_of(from);
  require(numbers.size() == to.size(), "got another number of elements");
  std::copy(numbers.begin(), numbers.end(), to.begin());
}

}  // namespace

// The last two are the stamps that have left the ring and still have rows, and their numbers.
std::vector<Tensor> UpdateHistory::state() const {
  std::vector<double> stamps, retired;
  for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (!chunks_[chunk].retired.defined()) continue;
    const double* const numbers = chunks_[chunk].retired.data<double>();
    for (std::size_t i = 0; i < chunk_size && chunk * chunk_size + i + length_ <= now_; ++i) {
      stamps.push_back(static_cast<double>(chunk * chunk_size + i));
      retired.insert(retired.end(), numbers + i * width_of_retired(), numbers + (i + 1) * width_of_retired());
    }
  }
  return {as_tensor({static_cast<double>(now_), static_cast<double>(number_), learning_rate_, totals_.log_kept,
                     totals_.scales, totals_.kept_average, totals_.scales_average}),
          as_tensor(coefficients_),
          as_tensor(ring_),
          as_tensor(average_ring_),
          as_tensor(stamps),
          as_tensor(retired)};
}

void UpdateHistory::restore(const std::vector<Tensor>& state, std::span<const std::int32_t> stamps) {
  require(state.size() == 6, "got another number of tensors");
  UpdateHistory restored(series_, rows_, average_ring_.empty() ? std::nullopt : std::optional(average_momentum_));
  const std::span<const double> header = numbers_of(state[0]), old = numbers_of(state[4]),
                                retired = numbers_of(state[5]);
  constexpr double latest = 1 << 30;
  require(header.size() == 7 && header[0] >= 0 && header[0] < latest, "got another header");
  restored.now_ = static_cast<Stamp>(header[0]);
  restored.number_ = static_cast<std::int64_t>(header[1]);
  restored.learning_rate_ = header[2];
  restored.totals_ = {header[3], header[4], header[5], header[6]};
  copy_into(restored.coefficients_, state[1]);
  copy_into(restored.ring_, state[2]);
  copy_into(restored.average_ring_, state[3]);
  require(retired.size() == old.size() * width_of_retired(), "got another number of old stamps");

  restored.chunks_.assign((restored.now_ + 1) / chunk_size + 1, Chunk());
  for (std::size_t i = 0; i < old.size(); ++i) {
    require(old[i] >= 0 && old[i] + static_cast<double>(length_) <= header[0], "got a stamp that is not old");
    const auto stamp = static_cast<Stamp>(old[i]);
    Tensor& numbers = restored.chunks_[stamp / chunk_size].retired;
    if (!numbers.defined()) numbers = Tensor::zeros({chunk_size, width_of_retired()}, float64);
    std::copy_n(retired.begin() + static_cast<std::ptrdiff_t>(i * width_of_retired()), width_of_retired(),
                numbers.mutable_data<double>() + stamp % chunk_size * width_of_retired());
  }
  for (const std::int32_t stamp : stamps) {
    require(stamp >= 0 && static_cast<Stamp>(stamp) <= restored.now_, "got a stamp of the future");
    Chunk& chunk = restored.chunks_[static_cast<Stamp>(stamp) / chunk_size];
    require(static_cast<Stamp>(stamp) + length_ > restored.now_ || chunk.retired.defined(),
            "got a stamp without numbers");
    ++chunk.rows;
  }
  *this = std::move(restored);
}

}  // namespace cornu::optim
