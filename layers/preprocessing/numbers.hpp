#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The numbers that a layer is told: one, a list of them, or a tensor. `{.mean = 3, .variance = {1, 4, 2}}`. Configs
/// have them as lists in lists, or as they were read.
class Numbers {
 public:
  Numbers(double number);
  Numbers(std::initializer_list<double> numbers);
  Numbers(const std::vector<double>& numbers);
  /// Throws ValueError unless it holds numbers, without bool.
  Numbers(const Tensor& tensor);

  /// float64
  const Tensor& tensor() const { return tensor_; }

 private:
  friend Numbers numbers_from(const ConfigView& view);
  friend Config value_of(const Numbers& numbers);

  Tensor tensor_;
  std::string class_name_, dtype_;  // of the object that a file has them in
};

/// Of numbers, lists in lists, or what Keras writes for an array of NumPy or a tensor. Throws FileError for lists that
/// are no tensor.
Numbers numbers_from(const ConfigView& view);
Config value_of(const Numbers& numbers);

}  // namespace cornu::layers
CORNU_EXPORT_END
