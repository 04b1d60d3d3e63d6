#include <cornu/framework/registry/options.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu {

namespace {

bool are_equal(const Config& a, const Config& b) { return a.to_json() == b.to_json(); }

}  // namespace

void OptionReader::only(std::string_view key, const Config& value) const {
  const auto found = config_.find(key);
  if (found && !are_equal(found->value(), value))
    found->attempt([&] { found->refuse(fmt::format("{}, which is all that cornu has", value.to_json())); });
}

void OptionReader::ignored(std::string_view key, const Config& value) const {
  const auto found = config_.find(key);
  if (found && !are_equal(found->value(), value)) found->note("cornu does without it");
}

}  // namespace cornu
