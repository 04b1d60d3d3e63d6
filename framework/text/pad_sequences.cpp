#include <cornu/framework/text/pad_sequences.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::text {

namespace {

// Whether a static_cast to To is defined: floats have room for all, integers for what lies in their range.
template <class To, class From>
bool holds(From value) {
  if constexpr (std::floating_point<To> || std::same_as<To, bool>) {
    return true;
  } else if constexpr (std::floating_point<From>) {
    const double whole = std::trunc(static_cast<double>(value)),
                 end = -static_cast<double>(std::numeric_limits<To>::min());
    return whole >= -end && whole < end;  // false for NaN
  } else {
    return std::in_range<To>(value);
  }
}

template <class To, class From>
To cast(From value, const auto& what) {
  if (holds<To>(value)) return static_cast<To>(value);
  throw ValueError("pad_sequences", fmt::format("a number does not fit into {}; got {} {}; choose another dtype",
                                                name_of(dtype_of<To>), what(), value));
}

void check(const PadOptions& options) {
  if (options.maxlen && *options.maxlen < 1)
    throw ValueError("pad_sequences", fmt::format("maxlen must be 1 or more; got {}", *options.maxlen));
  const auto check_side = [](std::string_view name, const std::string& side) {
    if (side == "pre" || side == "post") return;
    throw ValueError("pad_sequences", fmt::format("unknown {}; got \"{}\"; expected \"pre\" or \"post\"", name, side));
  };
  check_side("padding", options.padding);
  check_side("truncating", options.truncating);
}

template <class T>
std::int64_t longest(const std::vector<std::vector<T>>& sequences) {
  std::size_t length = 0;
  for (const auto& sequence : sequences) length = std::max(length, sequence.size());
  return static_cast<std::int64_t>(length);
}

template <class To, class T>
Tensor pad(const std::vector<std::vector<T>>& sequences, const PadOptions& options) {
  const To filling = cast<To>(options.value, [] { return "the value"; });
  const std::int64_t length = options.maxlen.value_or(longest(sequences));
  Tensor padded = Tensor::uninitialized({static_cast<std::int64_t>(sequences.size()), length}, dtype_of<To>);
  To* row = padded.mutable_data<To>();
  for (std::size_t i = 0; i < sequences.size(); ++i, row += length) {
    const std::vector<T>& sequence = sequences[i];
    const auto size = static_cast<std::int64_t>(sequence.size()), kept = std::min(size, length);
    const std::int64_t from = options.truncating == "pre" ? size - kept : 0;
    const std::int64_t to = options.padding == "pre" ? length - kept : 0;
    std::fill(row, row + length, filling);
    for (std::int64_t k = 0; k < kept; ++k)
      row[to + k] = cast<To>(sequence[static_cast<std::size_t>(from + k)],
                             [i] { return fmt::format("in sequence {} the element", i); });
  }
  return padded;
}

}  // namespace

template <class T>
Tensor pad_sequences(const std::vector<std::vector<T>>& sequences, const PadOptions& options) {
  check(options);
  Tensor padded;
  detail::for_any_type(options.dtype, [&]<class To>(To) { padded = pad<To>(sequences, options); });
  return padded;
}

template Tensor pad_sequences(const std::vector<std::vector<std::int32_t>>&, const PadOptions&);
template Tensor pad_sequences(const std::vector<std::vector<std::int64_t>>&, const PadOptions&);
template Tensor pad_sequences(const std::vector<std::vector<float>>&, const PadOptions&);
template Tensor pad_sequences(const std::vector<std::vector<double>>&, const PadOptions&);

}  // namespace cornu::text
