#pragma once
// Internal: what a table must be to be looked at.
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::explore {

/// Throws ShapeError, ValueError unless `vectors` are finite floating (words.size(), d).
void check_table(std::string_view where, const std::vector<std::string>& words, const Tensor& vectors);

}  // namespace cornu::explore
