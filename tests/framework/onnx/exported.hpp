#pragma once
// What tests of export_onnx look at.
#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <map>
#include <string>

#include <cornu/framework/onnx/export_onnx.hpp>

#include "tests/support/temporary_folder.hpp"

namespace cornu::testing {

inline onnx::GraphProto exported(Model& model, const OnnxOptions& options = {}) {
  const TemporaryFolder folder;
  export_onnx(model, folder.path("model.onnx"), options);
  onnx::ModelProto proto;
  REQUIRE(proto.ParseFromString(folder.read("model.onnx")));
  CHECK(proto.ir_version() == 8);
  CHECK(proto.opset_import(0).version() == 17);
  return proto.graph();
}

inline std::map<std::string, int> ops_of(const onnx::GraphProto& graph) {
  std::map<std::string, int> ops;
  for (const onnx::NodeProto& node : graph.node()) ++ops[node.op_type()];
  return ops;
}

}  // namespace cornu::testing
