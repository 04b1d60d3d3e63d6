#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer.hpp>

namespace cornu::testing {

/// y = x * gain + offset
class Scale : public Layer<Scale> {
 public:
  explicit Scale(LayerOptions options = {}) : Layer(std::move(options)) {}
  void build(const Shape& input_shape) override {
    ++builds;
    count_ = add_weight({.name = "count", .dtype = int64, .trainable = false});
    gain_ = add_weight({.name = "gain",
                        .shape = {input_shape.back()},
                        .initializer = "ones",
                        .regularizer = regularizers::L2(0.5),
                        .constraint = "non_neg"});
    offset_ = add_weight({.name = "offset", .shape = {input_shape.back()}, .initializer = "zeros"});
  }
  Tensor call(const Tensor& input) override { return input * gain_ + offset_; }

  int builds = 0;

 private:
  Variable count_, gain_, offset_;
};

/// Two layers, one tracked when it is made and one when it is built.
class Block : public Layer<Block> {
 public:
  explicit Block(LayerOptions options = {}) : Layer(std::move(options)) { first_ = track("first", Scale()); }
  void build(const Shape&) override {
    own_ = add_weight({.name = "own", .shape = {2}});
    second_ = track("second", Scale());
  }
  Tensor call(const Tensor& input) override {
    const Tensor y = (*second_)((*first_)(input));
    if (fails) throw ValueError("Block", "told to fail");
    return y;
  }
  std::shared_ptr<Scale> first() const { return first_; }
  bool fails = false;

 private:
  std::shared_ptr<Scale> first_, second_;
  Variable own_;
};

inline std::vector<std::string> names_of(const std::vector<Variable>& weights) {
  std::vector<std::string> names;
  for (const Variable& weight : weights) names.push_back(weight.name());
  return names;
}

}  // namespace cornu::testing
