#pragma once
#include <cstring>
#include <string>
#include <vector>

namespace cornu::testing {

using Floats = std::vector<float>;
using Strings = std::vector<std::string>;

/// What the numbers are in a file.
inline std::string bytes_of(const Floats& numbers) {
  std::string bytes(numbers.size() * sizeof(float), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

}  // namespace cornu::testing
