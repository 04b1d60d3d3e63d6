#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

struct PadOptions {
  std::optional<std::int64_t> maxlen = {};  ///< length of the result; the longest sequence when not given
  DType dtype = int32;                      ///< of the result
  std::string padding = "pre";              ///< "pre" or "post": where the filling goes
  std::string truncating = "pre";           ///< "pre" or "post": where too long sequences lose elements
  double value = 0.0;                       ///< the filling
};

/// Sequences of any lengths as one tensor (sequences.size(), maxlen): short ones are filled, long ones cut.
/// T is std::int32_t, std::int64_t, float or double. Numbers become the dtype as in a cast: 1.9 is 1 in int32.
/// Throws ValueError for a maxlen below 1, another word than "pre" or "post", and a number that the dtype cannot hold.
///
///     pad_sequences({{1, 2, 3}, {1}}, {.maxlen = 2});   // [[2 3] [0 1]]
template <class T = std::int32_t>
Tensor pad_sequences(const std::vector<std::vector<T>>& sequences, const PadOptions& options = {});

}  // namespace cornu::text
CORNU_EXPORT_END
