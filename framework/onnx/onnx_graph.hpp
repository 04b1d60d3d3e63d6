#pragma once
// Internal: an ONNX graph in the making.
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace cornu::detail {

/// A tensor of the graph, and its mask, (batch, steps) bools: "" if it has none.
struct OnnxValue {
  std::string name;
  Shape shape;
  DType dtype = float32;
  std::string mask = {};
};

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<std::string>> value;
};
using OnnxAttributes = std::vector<OnnxAttribute>;
using OnnxNames = std::vector<std::string>;

/// Adds nodes, weights, inputs and outputs. What is added gets a name: the scope, the op and a number.
class OnnxGraph {
 public:
  /// `graph` must outlive it.
  explicit OnnxGraph(::onnx::GraphProto& graph) : graph_(graph) {}

  /// What the names that follow begin with: a layer's name.
  void set_scope(std::string scope) { scope_ = std::move(scope); }

  void add_input(const std::string& name, const Shape& shape, DType dtype);
  /// `value` leaves the graph under that name.
  void add_output(const std::string& name, const std::string& value, const Shape& shape, DType dtype);

  /// A node; the names of what it gives. An input of "" is left out.
  std::string add(const char* op, const OnnxNames& inputs, const OnnxAttributes& attributes = {});
  OnnxNames add(const char* op, const OnnxNames& inputs, std::size_t outputs, const OnnxAttributes& attributes = {});
  /// A tensor that is part of the file. Throws ValueError for dtypes that ONNX lacks.
  std::string weight(const Tensor& value);
  std::string integers(const std::vector<std::int64_t>& values);
  std::string number(double value, DType dtype);
  std::string cast(const std::string& value, DType dtype);
  std::string transpose(const std::string& value, const std::vector<std::int64_t>& order);
  std::string reshape(const std::string& value, const std::vector<std::int64_t>& shape);
  std::string unsqueeze(const std::string& value, const std::vector<std::int64_t>& axes);
  std::string squeeze(const std::string& value, const std::vector<std::int64_t>& axes);
  /// The other way round along that axis.
  std::string flip(const std::string& value, std::int64_t axis);

  /// Runs `body` over the first axis of `sequences`, from its end if `backwards`: it gets the states and a step, and
  /// gives as many states and what the sequence that comes out has at this step. Gives the last states and that
  /// sequence. The body may use all values of this graph.
  using Step = std::function<std::pair<OnnxNames, std::string>(const OnnxNames& states, const OnnxNames& steps)>;
  std::pair<OnnxNames, std::string> scan(const OnnxNames& states, const OnnxNames& sequences, bool backwards,
                                         const Step& body);

 private:
  std::string fresh(const std::string& kind);
  ::onnx::NodeProto& add_node(const char* op, const OnnxNames& inputs, const OnnxNames& outputs);

  std::reference_wrapper<::onnx::GraphProto> graph_;
  std::string scope_;
  std::int64_t count_ = 0;
};

}  // namespace cornu::detail
