#pragma once
// Internal: lists that a failing call leaves as they were.
#include <cstddef>

namespace cornu::optim {

/// Does what may add to the end of the list, and takes back what was added when it fails.
template <class List, class F>
void or_shrink_back(List& list, F f) {
  const auto known = static_cast<std::ptrdiff_t>(list.size());
  try {
    f();
  } catch (...) {
    list.erase(list.begin() + known, list.end());
    throw;
  }
}

}  // namespace cornu::optim
