#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/hostile/files.hpp"

namespace cornu::testing {

/// The bytes of tests/fixtures/keras/<name>.keras.
std::string keras_file(std::string_view name);
std::span<const std::byte> bytes_of(const std::string& text);

/// The members of a .keras file.
struct Members {
  std::string config, weights;
};

/// Those of a fixture.
Members members_of(std::string_view name);
std::string archive_of(const Members& members, bool deflated = false);

/// Throws when `from` is not in the text.
std::string replaced(std::string text, std::string_view from, std::string_view to);
/// `size` bytes at a place become a number, the lowest byte first.
void put(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size);

HostileFile hostile_model(std::string kind, std::string bytes, std::string error);
/// dense.keras with another config, or with other weights.
HostileFile model_with_config(std::string kind, std::string config, std::string error);
HostileFile model_with_weights(std::string kind, std::string weights, std::string error);

}  // namespace cornu::testing
