#pragma once
#include <string>

#include <cornu/framework/base/errors.hpp>

namespace cornu::testing {

/// The text of the E that `action` throws; "" when it throws nothing, other errors pass.
template <class E = Error, class F>
std::string message_of(F&& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace cornu::testing
