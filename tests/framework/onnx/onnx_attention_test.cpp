// Attention, TimeDistributed and layers that prepare numbers in ONNX's words. What they compute there is compared by
// tests/onnx_runtime.
#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/layers/attention/attention.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/preprocessing/hashing.hpp>
#include <cornu/layers/preprocessing/integer_lookup.hpp>
#include <cornu/layers/preprocessing/normalization.hpp>
#include <cornu/layers/preprocessing/rescaling.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>

#include "tests/framework/onnx/exported.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::exported;
using cornu::testing::ops_of;

namespace {

using Ops = std::map<std::string, int>;

Ops ops_on(const SymbolicTensor& x, const SymbolicTensors& outputs) {
  Model model(x, outputs);
  return ops_of(exported(model));
}

std::string refusal(const SymbolicTensor& x, const SymbolicTensors& outputs) {
  Model model(x, outputs);
  return cornu::testing::message_of([&] { exported(model); });
}

bool says(const std::string& message, std::string_view part) { return message.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("export_onnx: attention has masks only where there are some") {
  const auto x = Input({.shape = {3, 4}});
  CHECK(ops_on(x, Attention()({x, x})) == Ops{{"Transpose", 1}, {"MatMul", 2}, {"Softmax", 1}, {"Identity", 1}});
  Ops plain = ops_on(x, MultiHeadAttention(2, 3)({x, x}));
  CHECK(plain["Einsum"] == 6);
  CHECK(plain.count("Where") == 0);
  Ops causal = ops_on(x, MultiHeadAttention(2, 3)({x, x}, {.use_causal_mask = true}));
  CHECK(causal["LessOrEqual"] == 1);
  CHECK(causal["Where"] == 2);
}

TEST_CASE("export_onnx: scores leave the graph where the call returns them") {
  const auto x = Input({.shape = {3, 4}});
  Model model(x, MultiHeadAttention(2, 3).all_outputs({x, x}, {.return_attention_scores = true}));
  const onnx::GraphProto graph = exported(model);
  REQUIRE(graph.output_size() == 2);
  CHECK(graph.output(1).type().tensor_type().shape().dim_size() == 4);
}

TEST_CASE("export_onnx: numbers are prepared in a few ops") {
  const auto x = Input({.shape = {3}});
  CHECK(ops_on(x, Rescaling(0.5)(x)) == Ops{{"Mul", 1}, {"Add", 1}, {"Identity", 1}});
  CHECK(ops_on(x, Normalization()(x)) == Ops{{"Sub", 1}, {"Div", 1}, {"Identity", 1}});
}

TEST_CASE("export_onnx: what attention and layers in front of a model cannot say is refused by name") {
  const auto ids = Input({.shape = {2, 3}, .dtype = int64});
  const auto words = Embedding(9, 4, {.mask_zero = true})(ids);
  CHECK(says(refusal(ids, MultiHeadAttention(1, 2)({words, words})), "MultiHeadAttention 'multi_head_attention': "));
  const auto lookup = [](const IntegerLookupOptions& options) { return IntegerLookup(options); };
  CHECK(says(refusal(ids, lookup({.num_oov_indices = 2, .vocabulary = {3}, .oov_method = "farmhash"})(ids)),
             "ONNX has no hash function"));
  CHECK(says(refusal(ids, lookup({})(ids)), "there is no vocabulary"));
  CHECK(says(refusal(ids, TimeDistributed(GlobalAveragePooling1D())(words)), "a mask within each step has no words"));
  const auto numbers = Input({.shape = {3, 4}, .dtype = int64});
  CHECK(says(refusal(numbers, TimeDistributed(Hashing(5))(numbers)), "Hashing in 'time_distributed'"));
}
