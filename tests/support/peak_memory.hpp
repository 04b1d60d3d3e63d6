#pragma once
#include <cstddef>
#include <functional>
#include <optional>

namespace cornu::testing {

inline constexpr std::size_t megabyte = 1'000'000;

/// How much memory `work` takes at its peak beyond what the program has, in bytes, pages of mapped files included. It
/// runs in a child process; an exception in it is a std::runtime_error here. Nothing under sanitizers, which take
/// memory themselves, and where the system does not tell.
std::optional<std::size_t> peak_memory_of(const std::function<void()>& work);

}  // namespace cornu::testing
