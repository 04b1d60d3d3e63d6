#pragma once
// Internal: file names with figures in them.
#include <cstdint>
#include <optional>
#include <string>

#include <cornu/framework/model/history.hpp>

namespace cornu::callbacks::detail {

/// The pattern with "{epoch:02d}", "{batch}" and "{val_loss:.2f}" replaced, as Python's str.format replaces them; "{{"
/// is a brace. Throws ValueError for a figure that is not there and a format that is none.
std::string file_name(const std::string& pattern, std::int64_t epoch, std::optional<std::int64_t> batch,
                      const Logs& logs);

}  // namespace cornu::callbacks::detail
