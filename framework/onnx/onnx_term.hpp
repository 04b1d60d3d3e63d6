#pragma once
// Internal: formulas of a graph that read as they are written on paper.
#include <string>

#include <cornu/framework/onnx/onnx_graph.hpp>

namespace cornu::detail {

/// A value in the making.
struct OnnxTerm {
  OnnxGraph* graph;
  std::string name;
  DType dtype;

  OnnxTerm of(const char* op, const OnnxAttributes& attributes = {}) const {
    return {graph, graph->add(op, {name}, attributes), dtype};
  }
  OnnxTerm of(const char* op, const OnnxTerm& other) const {
    return {graph, graph->add(op, {name, other.name}), dtype};
  }
  OnnxTerm of(const char* op, double other) const { return of(op, number(other)); }
  OnnxTerm number(double value) const { return {graph, graph->number(value, dtype), dtype}; }
  OnnxTerm weight(const Tensor& value) const { return {graph, graph->weight(value), dtype}; }
  OnnxTerm where(const OnnxTerm& condition, const OnnxTerm& otherwise) const {
    return {graph, graph->add("Where", {condition.name, name, otherwise.name}), dtype};
  }
  OnnxTerm clipped(double least, double most) const {
    return {graph, graph->add("Clip", {name, number(least).name, number(most).name}), dtype};
  }
};
inline OnnxTerm operator+(const OnnxTerm& a, const OnnxTerm& b) { return a.of("Add", b); }
inline OnnxTerm operator-(const OnnxTerm& a, const OnnxTerm& b) { return a.of("Sub", b); }
inline OnnxTerm operator*(const OnnxTerm& a, const OnnxTerm& b) { return a.of("Mul", b); }
inline OnnxTerm operator+(const OnnxTerm& a, double b) { return a.of("Add", b); }
inline OnnxTerm operator*(const OnnxTerm& a, double b) { return a.of("Mul", b); }
inline OnnxTerm operator/(const OnnxTerm& a, double b) { return a.of("Div", b); }

/// x where it is positive, α (e^x − 1) elsewhere: of min(x, 0), so that nothing overflows.
inline OnnxTerm onnx_elu(const OnnxTerm& x, double alpha) {
  return x.of("Relu") + (x.of("Min", 0).of("Exp") + -1) * alpha;
}

}  // namespace cornu::detail
