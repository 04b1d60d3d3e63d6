#include <cornu/framework/tensor/random.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <random>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/philox.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::random {

namespace {

using Words = detail::PhiloxWords<std::uint32_t>;

Words words_of(std::uint64_t counter, std::uint64_t seed) {
  using Lanes = detail::PhiloxScalars;
  return detail::philox<Lanes>({Lanes::low(counter), Lanes::high(counter), 0, 0}, seed);
}

std::uint64_t join(std::uint32_t high_word, std::uint32_t low_word) {
  return std::uint64_t{high_word} << 32 | low_word;
}

}  // namespace

std::uint64_t Generator::next() {
  if (std::exchange(has_spare_, false)) return spare_;
  const Words words = words_of(counter_++, seed_);
  spare_ = join(words.x3, words.x2);
  has_spare_ = true;
  return join(words.x1, words.x0);
}

// The spare of the last one stays behind, as if all had been drawn.
Generator::Blocks Generator::skip(std::uint64_t blocks) {
  const Blocks skipped{seed_, counter_};
  if (blocks == 0) return skipped;
  counter_ += blocks;
  const Words last = words_of(counter_ - 1, seed_);
  spare_ = join(last.x3, last.x2);
  return skipped;
}

double Generator::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

// The lowest 2^64 mod limit numbers are drawn again, so that each remainder is equally likely.
std::uint64_t Generator::below(std::uint64_t limit) {
  if (limit == 0) throw ValueError("Generator::below", "nothing to choose from; got limit 0; expected 1 or more");
  const std::uint64_t unfair = (0 - limit) % limit;
  std::uint64_t number = next();
  while (number < unfair) number = next();
  return number % limit;
}

// Box–Muller: √(−2 ln u) · cos 2πv and √(−2 ln u) · sin 2πv, u in (0, 1]
double Generator::normal() {
  if (std::exchange(has_spare_normal_, false)) return spare_normal_;
  const double radius = std::sqrt(-2 * std::log(1 - uniform())), angle = 2 * 3.14159265358979323846 * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

Tensor Generator::state() const {
  const std::int64_t flags = (has_spare_ ? 1 : 0) | (has_spare_normal_ ? 2 : 0);
  const std::array<std::int64_t, 6> numbers{1,
                                            std::bit_cast<std::int64_t>(seed_),
                                            std::bit_cast<std::int64_t>(counter_),
                                            std::bit_cast<std::int64_t>(spare_),
                                            std::bit_cast<std::int64_t>(spare_normal_),
                                            flags};
  Tensor state = Tensor::uninitialized({6}, int64);
  std::copy(numbers.begin(), numbers.end(), state.mutable_data<std::int64_t>());
  return state;
}

Generator Generator::from_state(const Tensor& state) {
  const bool fits = state.defined() && !state.is_symbolic() && state.dtype() == int64 && state.shape() == Shape{6} &&
                    state.data<std::int64_t>()[0] == 1;
  if (!fits) throw ValueError("Generator", "not a state of a generator; expected int64 (6,) of Generator::state()");
  const std::int64_t* const numbers = state.data<std::int64_t>();
  Generator generator(std::bit_cast<std::uint64_t>(numbers[1]));
  generator.counter_ = std::bit_cast<std::uint64_t>(numbers[2]);
  generator.spare_ = std::bit_cast<std::uint64_t>(numbers[3]);
  generator.spare_normal_ = std::bit_cast<double>(numbers[4]);
  generator.has_spare_ = (numbers[5] & 1) != 0;
  generator.has_spare_normal_ = (numbers[5] & 2) != 0;
  return generator;
}

std::vector<Tensor> state_of(const std::optional<Generator>& generator) {
  return generator ? std::vector<Tensor>{generator->state()} : std::vector<Tensor>();
}

void restore(std::optional<Generator>& generator, const std::vector<Tensor>& state, std::string_view where) {
  if (state.size() != (generator ? 1U : 0U))
    throw ValueError(where, fmt::format("another number of random streams; got {}; expected {}, as the layer {} a seed",
                                        state.size(), generator ? 1 : 0, generator ? "has" : "has not"));
  if (generator) generator = Generator::from_state(state[0]);
}

namespace {

std::uint64_t seed_from_system() {
  std::random_device device;
  return join(device(), device());
}

// The stream that seeds all others.
struct Seeds {
  std::mutex mutex;
  Generator generator{seed_from_system()};
};
Seeds& seeds() {
  static Seeds seeds;
  return seeds;
}

}  // namespace

void set_seed(std::uint64_t seed) {
  const std::scoped_lock lock(seeds().mutex);
  seeds().generator = Generator(seed);
}

Tensor state() {
  const std::scoped_lock lock(seeds().mutex);
  return seeds().generator.state();
}

void set_state(const Tensor& state) {
  const Generator generator = Generator::from_state(state);
  const std::scoped_lock lock(seeds().mutex);
  seeds().generator = generator;
}

Generator next_generator() {
  const std::scoped_lock lock(seeds().mutex);
  return Generator(seeds().generator.next());
}

namespace {

// A tensor of what draw(generator) gives for each element.
template <class Draw>
Tensor filled(const Shape& shape, DType dtype, Generator generator, Draw draw) {
  Tensor result = Tensor::uninitialized(shape, dtype);
  detail::for_any_type(dtype, [&]<class T>(T) {
    T* values = result.mutable_data<T>();
    const std::int64_t size = result.size();
    for (std::int64_t i = 0; i < size; ++i) values[i] = detail::convert<T>(draw(generator));
  });
  return result;
}

void require_floating(const char* where, DType dtype) {
  if (!is_floating(dtype))
    throw ValueError(where, fmt::format("not a floating dtype; got {}; expected float32 or float64", name_of(dtype)));
}

void require_spread(const char* where, double stddev) {
  if (!(stddev >= 0) || !std::isfinite(stddev))
    throw ValueError(where, fmt::format("stddev cannot be used; got {}; expected a finite number from 0 on", stddev));
}

}  // namespace

namespace {
// The largest number of that dtype below maxval, but not below minval: a sum could round up to maxval.
double last_below(double minval, double maxval, DType dtype) {
  if (dtype == float64) return std::max(minval, std::nextafter(maxval, minval));
  float last = static_cast<float>(maxval);
  if (static_cast<double>(last) >= maxval) last = std::nextafter(last, -std::numeric_limits<float>::infinity());
  return std::max(minval, static_cast<double>(last));
}

void require_range(std::int64_t low, std::int64_t high, DType dtype) {
  if (low >= high)
    throw ValueError("random::randint", fmt::format("empty range; got {} … {}; expected low < high", low, high));
  detail::for_any_type(dtype, [&]<class T>(T) {
    using Limits = std::numeric_limits<T>;
    std::int64_t least = 0, most = 1;
    if constexpr (std::is_floating_point_v<T>) {
      most = std::int64_t{1} << Limits::digits;
      least = -most;
    } else {
      least = Limits::min();
      most = Limits::max();
    }
    if (low < least || high - 1 > most)
      throw ValueError("random::randint", fmt::format("the range does not fit the dtype; got {} … {} for {}; expected "
                                                      "{} … {} at most; ask for int64",
                                                      low, high - 1, name_of(dtype), least, most));
  });
}
}  // namespace

Tensor uniform(const Shape& shape, double minval, double maxval, DType dtype, Generator generator) {
  require_floating("random::uniform", dtype);
  if (!(minval <= maxval) || !std::isfinite(maxval - minval))
    throw ValueError("random::uniform",
                     fmt::format("no range; got {} … {}; expected finite numbers, minval ≤ maxval", minval, maxval));
  // As many bits as the dtype has: more of them could round up to maxval.
  const int unused = dtype == float32 ? 40 : 11;
  const double unit = dtype == float32 ? 0x1p-24 : 0x1p-53;
  const double last = last_below(minval, maxval, dtype);
  return filled(shape, dtype, generator, [=](Generator& numbers) {
    return std::min(minval + (maxval - minval) * (static_cast<double>(numbers.next() >> unused) * unit), last);
  });
}

Tensor normal(const Shape& shape, double mean, double stddev, DType dtype, Generator generator) {
  require_floating("random::normal", dtype);
  require_spread("random::normal", stddev);
  return filled(shape, dtype, generator, [=](Generator& numbers) { return mean + stddev * numbers.normal(); });
}

Tensor truncated_normal(const Shape& shape, double mean, double stddev, DType dtype, Generator generator) {
  require_floating("random::truncated_normal", dtype);
  require_spread("random::truncated_normal", stddev);
  return filled(shape, dtype, generator, [=](Generator& numbers) {
    double number = numbers.normal();
    while (std::abs(number) > 2) number = numbers.normal();
    return mean + stddev * number;
  });
}

Tensor randint(const Shape& shape, std::int64_t low, std::int64_t high, DType dtype) {
  require_range(low, high, dtype);
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  return filled(shape, dtype, next_generator(), [=](Generator& numbers) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + numbers.below(range));
  });
}

std::vector<std::int64_t> permutation(std::int64_t n, Generator generator) {
  constexpr std::int64_t most = std::int64_t{1} << 40;
  if (n < 0 || n > most)
    throw ValueError("random::permutation", fmt::format("cannot order so many; got {}; expected 0 … {}", n, most));
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[generator.below(i)]);
  return order;
}

}  // namespace cornu::random
