#include <cornu/framework/base/errors.hpp>

#include <fmt/core.h>

namespace cornu {

namespace {
thread_local const std::string* current_place = nullptr;

std::string text_of(std::string_view where, std::string_view message) {
  return fmt::format("[{}] {}", current_place ? std::string_view(*current_place) : where, message);
}
}  // namespace

Error::Error(std::string_view where, std::string_view message) : std::runtime_error(text_of(where, message)) {}

ErrorScope::ErrorScope(const std::string& name) : outer_(current_place) { current_place = &name; }
ErrorScope::~ErrorScope() { current_place = outer_; }
std::string ErrorScope::innermost() { return current_place ? *current_place : ""; }

}  // namespace cornu
