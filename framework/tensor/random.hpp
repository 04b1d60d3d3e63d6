#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Random tensors. All draws follow from set_seed and the order of the calls, the same on every machine and for every
/// number of threads. Without set_seed the seed is taken from the system once.
namespace cornu::random {

void set_seed(std::uint64_t seed);

/// A stream of numbers of its own (Philox 4×32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1,
/// 2, 3", SC 2011). Equal seeds give equal numbers.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t next();                      ///< 64 random bits
  double uniform();                          ///< in [0, 1)
  std::uint64_t below(std::uint64_t limit);  ///< 0 … limit-1 without bias; limit 0 throws ValueError
  double normal();                           ///< mean 0, standard deviation 1

  /// Internal, for who makes many draws at a time: `counter` gives the next two, counter + 1 two more, and so on, as
  /// base/philox.hpp says with `seed` as the key.
  struct Blocks {
    std::uint64_t seed, counter;
  };
  /// Whether the next draw is the second one of a counter.
  bool has_spare() const { return has_spare_; }
  /// Goes on by two draws for each of `blocks` counters, and says where they began. Only without a spare.
  Blocks skip(std::uint64_t blocks);

  /// Where the stream stands: int64 (6,). A generator made of it goes on with the same numbers.
  Tensor state() const;
  /// Throws ValueError for what is no state of a generator.
  static Generator from_state(const Tensor& state);

 private:
  std::uint64_t seed_, counter_ = 0, spare_ = 0;
  double spare_normal_ = 0;
  bool has_spare_ = false, has_spare_normal_ = false;
};

/// The state of a generator that need not be there, as a list of none or one.
std::vector<Tensor> state_of(const std::optional<Generator>& generator);
/// Sets it from such a list. Throws ValueError, with `where` as its place, when one has a state and the other none.
void restore(std::optional<Generator>& generator, const std::vector<Tensor>& state, std::string_view where);

/// The generator behind the functions below: each call takes the next one. `seed`: of a layer or initializer of its
/// own.
Generator next_generator();

/// Where the draws of this process stand: what follows set_state(state()) is what would have followed state().
Tensor state();
/// Throws ValueError for what is no state.
void set_state(const Tensor& state);

/// In [minval, maxval). `generator`: where the numbers come from, a stream of their own unless given.
Tensor uniform(const Shape& shape, double minval = 0, double maxval = 1, DType dtype = float32,
               Generator generator = next_generator());
/// Throws ValueError, as truncated_normal, for a stddev below 0.
Tensor normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = float32,
              Generator generator = next_generator());
/// Normal, drawn again beyond two standard deviations, as Keras.
Tensor truncated_normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = float32,
                        Generator generator = next_generator());
/// Integers low … high-1. Throws ValueError unless low < high.
Tensor randint(const Shape& shape, std::int64_t low, std::int64_t high, DType dtype = int32);
/// 0 … n-1 in random order (Fisher–Yates).
std::vector<std::int64_t> permutation(std::int64_t n, Generator generator = next_generator());
/// Classes drawn from each row of logits, (batch, classes) → (batch, num_samples): class k with probability
/// e^logits[k] / Σ e^logits, as keras.random.categorical. A logit of −∞ is a class that never comes. `dtype`: int32 or
/// int64. Throws ShapeError for logits of another rank, ValueError for logits that are not floating, NaN or +∞, for a
/// row without a class that can come, and for num_samples below 0.
///
///     const Tensor next = random::categorical(ops::log(probabilities) / temperature, 1);
Tensor categorical(const Tensor& logits, std::int64_t num_samples, DType dtype = int32,
                   Generator generator = next_generator());

}  // namespace cornu::random
CORNU_EXPORT_END
