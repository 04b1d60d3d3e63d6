#pragma once
// Internal: how draws fall upon classes.
#include <cstdint>
#include <vector>

#include <cornu/framework/tensor/random.hpp>

namespace cornu {

/// The most likely numbers of each class among `draws` of these without replacement, to rounding: as scikit-learn, the
/// parts of whole numbers first, then one more for the largest remainders; equal ones in random order. `draws` is at
/// most the sum of the counts.
std::vector<std::int64_t> approximate_mode(const std::vector<std::int64_t>& counts, std::int64_t draws,
                                           random::Generator& generator);

}  // namespace cornu
