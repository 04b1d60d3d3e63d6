#pragma once
// Internal: numbers as NumPy prints them.
#include <cstdint>
#include <string>
#include <vector>

namespace cornu::detail {

/// Elements of a tensor as words of one width, as NumPy's columns have them: the shortest digits that give the element
/// back, at most 8 after the point, points below each other; exponents for all when one is from 1e8 (float32: 1e6) or
/// below 1e-4, or the largest is more than 1000 times the smallest. `offsets` says which elements of `data` count.
template <class T>
std::vector<std::string> format_column(const T* data, const std::vector<std::int64_t>& offsets);

/// One element alone, as NumPy prints a rank-0 array: all the digits it needs ("3.0", "0.3333333333333333", "1e-05").
template <class T>
std::string format_scalar(T value);

}  // namespace cornu::detail
