#pragma once
// Fixtures that are JSON: tests/fixtures/<name>.json.
#include <string>

#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::testing {

/// The object that the file holds.
Config json_fixture(const std::string& name);

/// A number, or lists of lists of such: whole ones are int32, others float32, true and false bool, unless a dtype is
/// given.
Tensor tensor_of(const Config& value);
Tensor tensor_of(const Config& value, DType dtype);

}  // namespace cornu::testing
