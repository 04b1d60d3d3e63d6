#include "tests/support/op_cases.hpp"

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/pooling.hpp>
#include <cornu/framework/ops/recurrence.hpp>

namespace cornu::testing {

namespace {

using T = const std::vector<Tensor>&;
using N = const std::vector<std::int64_t>&;

void add_elementwise(std::vector<OpCase>& cases) {
  using Unary = Tensor (*)(const Tensor&);
  const std::vector<std::pair<std::string, Unary>> unary{{"negative", ops::negative}, {"exp", ops::exp},
                                                         {"log", ops::log},           {"sqrt", ops::sqrt},
                                                         {"square", ops::square},     {"relu", ops::relu},
                                                         {"sigmoid", ops::sigmoid},   {"tanh", ops::tanh},
                                                         {"softplus", ops::softplus}, {"is_finite", ops::is_finite}};
  for (const auto& [name, op] : unary) {
    const Unary of = op;
    cases.push_back({name, {{2, 3}}, {float32}, [of](T t, N) { return of(t[0]); }});
  }
  using Binary = Tensor (*)(const Tensor&, const Tensor&);
  const std::vector<std::pair<std::string, Binary>> binary{
      {"add", ops::add},         {"multiply", ops::multiply}, {"divide", ops::divide},
      {"maximum", ops::maximum}, {"power", ops::power},       {"squared_difference", ops::squared_difference},
      {"equal", ops::equal},     {"less", ops::less}};
  for (const auto& [name, op] : binary) {
    const Binary of = op;
    cases.push_back({name, {{2, 1, 3}, {4, 3}}, {float32, float32}, [of](T t, N) { return of(t[0], t[1]); }});
  }
  cases.push_back({"where", {{2, 3}, {3}, {2, 1}}, {boolean, float32, float32}, [](T t, N) {
                     return ops::where(t[0], t[1], t[2]);
                   }});
}

void add_reductions(std::vector<OpCase>& cases) {
  using Reduce = Tensor (*)(const Tensor&, ops::ReduceOptions);
  const std::vector<std::pair<std::string, Reduce>> reductions{
      {"sum", ops::sum},           {"mean", ops::mean}, {"prod", ops::prod},          {"max", ops::max},
      {"variance", ops::variance}, {"min", ops::min},   {"logsumexp", ops::logsumexp}};
  for (const auto& [name, op] : reductions) {
    const Reduce of = op;
    cases.push_back({name, {{2, 3, 4}}, {float32}, [of](T t, N n) { return of(t[0], {.axis = n[0]}); }, {1}});
    cases.push_back({name + " of two axes",
                     {{2, 3, 4}},
                     {float32},
                     [of](T t, N n) {
                       return of(t[0], {.axis = {n[0], n[1]}});
                     },
                     {0, 2}});
  }
  cases.push_back({"any", {{2, 3}}, {boolean}, [](T t, N n) { return ops::any(t[0], {.axis = n[0]}); }, {1}});
  cases.push_back({"all", {{2, 3}}, {boolean}, [](T t, N n) { return ops::all(t[0], {.axis = n[0]}); }, {0}});
  cases.push_back({"argmax", {{2, 3, 2}}, {float32}, [](T t, N n) { return ops::argmax(t[0], n[0]); }, {1}});
  cases.push_back({"cumsum", {{2, 3, 2}}, {float32}, [](T t, N n) { return ops::cumsum(t[0], n[0]); }, {1}});
  cases.push_back({"softmax", {{2, 3}}, {float32}, [](T t, N n) { return ops::softmax(t[0], n[0]); }, {-1}});
  cases.push_back({"softmax of columns", {{2, 3}}, {float32}, [](T t, N n) { return ops::softmax(t[0], n[0]); }, {0}});
  cases.push_back({"log_softmax", {{2, 3}}, {float32}, [](T t, N n) { return ops::log_softmax(t[0], n[0]); }, {-1}});
  cases.push_back({"sum_to", {{2, 3}}, {float32}, [](T t, N n) { return ops::sum_to(t[0], {n[0]}); }, {3}});
}

void add_shapes(std::vector<OpCase>& cases) {
  cases.push_back({"reshape", {{2, 3}}, {float32}, [](T t, N n) { return ops::reshape(t[0], {n[0], n[1]}); }, {3, -1}});
  cases.push_back({"transpose",
                   {{2, 3, 4}},
                   {float32},
                   [](T t, N n) {
                     return ops::transpose(t[0], {n[0], n[1], n[2]});
                   },
                   {1, 2, 0}});
  cases.push_back({"expand_dims", {{2, 3}}, {float32}, [](T t, N n) { return ops::expand_dims(t[0], n[0]); }, {1}});
  cases.push_back({"squeeze", {{2, 1}}, {float32}, [](T t, N n) { return ops::squeeze(t[0], n[0]); }, {1}});
  cases.push_back({"broadcast_to",
                   {{3}},
                   {float32},
                   [](T t, N n) {
                     return ops::broadcast_to(t[0], {n[0], n[1]});
                   },
                   {2, 3}});
  cases.push_back({"tile", {{2, 3}}, {float32}, [](T t, N n) { return ops::tile(t[0], {n[0], n[1]}); }, {2, 3}});
  cases.push_back({"repeat", {{2, 3}}, {float32}, [](T t, N n) { return ops::repeat(t[0], n[0], n[1]); }, {2, 1}});
  cases.push_back({"flip", {{2, 3}}, {float32}, [](T t, N n) { return ops::flip(t[0], n[0]); }, {1}});
  cases.push_back({"concatenate",
                   {{2, 3}, {2, 1}},
                   {float32, float32},
                   [](T t, N n) {
                     return ops::concatenate({t[0], t[1]}, n[0]);
                   },
                   {1}});
  cases.push_back({"stack",
                   {{2, 3}, {2, 3}},
                   {float32, float32},
                   [](T t, N n) {
                     return ops::stack({t[0], t[1]}, n[0]);
                   },
                   {1}});
  cases.push_back({"split", {{4, 3}}, {float32}, [](T t, N n) { return ops::split(t[0], n[0], n[1])[0]; }, {2, 0}});
  cases.push_back({"split at positions",
                   {{4, 3}},
                   {float32},
                   [](T t, N n) {
                     return ops::split(t[0], std::vector<std::int64_t>{n[0], n[1]}, n[2])[1];
                   },
                   {1, 3, 0}});
  cases.push_back({"slice",
                   {{4, 3}},
                   {float32},
                   [](T t, N n) { return ops::slice(t[0], n[0], {.start = n[1], .stop = n[2], .step = n[3]}); },
                   {0, 0, 4, 2}});
  cases.push_back({"select", {{4, 3}}, {float32}, [](T t, N n) { return ops::select(t[0], n[0], n[1]); }, {0, -1}});
  cases.push_back({"pad",
                   {{2, 3}},
                   {float32},
                   [](T t, N n) {
                     return ops::pad(t[0], {{n[0], n[1]}, {n[2], n[3]}}, 1);
                   },
                   {0, 1, 2, 0}});
}

void add_products(std::vector<OpCase>& cases) {
  cases.push_back({"matmul", {{2, 3}, {3, 4}}, {float32, float32}, [](T t, N) { return ops::matmul(t[0], t[1]); }});
  cases.push_back({"matmul of batches", {{2, 1, 2, 3}, {4, 3, 2}}, {float32, float32}, [](T t, N) {
                     return ops::matmul(t[0], t[1]);
                   }});
  cases.push_back({"matmul, transposed", {{3, 2}, {4, 3}}, {float32, float32}, [](T t, N) {
                     return ops::matmul(t[0], t[1], true, true);
                   }});
  cases.push_back({"linear", {{2, 5, 3}, {3, 4}, {4}}, {float32, float32, float32}, [](T t, N) {
                     return ops::linear(t[0], t[1], t[2]);
                   }});
  cases.push_back({"dot", {{2, 3}, {2, 3}}, {float32, float32}, [](T t, N) { return ops::dot(t[0], t[1]); }});
}

void add_rows(std::vector<OpCase>& cases) {
  cases.push_back({"gather", {{5, 3}, {2, 2}}, {float32, int32}, [](T t, N) { return ops::gather(t[0], t[1]); }});
  cases.push_back(
      {"take", {{2, 5, 3}, {2, 2}}, {float32, int32}, [](T t, N n) { return ops::take(t[0], t[1], n[0]); }, {1}});
  cases.push_back({"scatter_add", {{5, 3}, {2, 2}, {2, 2, 3}}, {float32, int32, float32}, [](T t, N) {
                     return ops::scatter_add(t[0], t[1], t[2]);
                   }});
  cases.push_back({"one_hot", {{2, 3}}, {int32}, [](T t, N n) { return ops::one_hot(t[0], n[0]); }, {4}});
  cases.push_back({"gather_dot", {{5, 3}, {2, 4}, {2, 3}}, {float32, int32, float32}, [](T t, N) {
                     return ops::gather_dot(t[0], t[1], t[2]);
                   }});
  for (const ops::BagMode mode : {ops::BagMode::sum, ops::BagMode::mean, ops::BagMode::max})
    cases.push_back({"embedding_bag", {{5, 3}, {2, 4}}, {float32, int32}, [mode](T t, N) {
                       return ops::embedding_bag(t[0], t[1], {.mode = mode});
                     }});
}

void add_sequences(std::vector<OpCase>& cases) {
  cases.push_back(
      {"masked_mean", {{2, 4, 3}, {2, 4}}, {float32, boolean}, [](T t, N) { return ops::masked_mean(t[0], t[1]); }});
  for (const bool return_sequences : {false, true})
    cases.push_back({"lstm", {{3, 2, 5}, {5, 8}, {2, 8}}, {float32, float32, float32}, [return_sequences](T t, N) {
                       return ops::recurrence(ops::CellKind::lstm,
                                              {.inputs = t[0], .kernel = t[1], .recurrent_kernel = t[2]},
                                              {.return_sequences = return_sequences});
                     }});
}

// numbers: strides, dilation or size
void add_windows(std::vector<OpCase>& cases) {
  const std::vector<DType> both{float32, float32};
  for (const char* padding : {"valid", "same"}) {
    const std::string named = padding;
    cases.push_back(
        {"conv, " + named,
         {{2, 6, 5, 4}, {3, 1, 2, 8}},
         both,
         [padding](T t, N n) {
           return ops::conv(t[0], t[1], {.strides = {n[0], n[1]}, .padding = padding, .dilation_rate = n[2]});
         },
         {1, 2, 1}});
    cases.push_back({"depthwise_conv, " + named,
                     {{2, 6, 4}, {3, 4, 2}},
                     both,
                     [padding](T t, N n) {
                       return ops::depthwise_conv(t[0], t[1],
                                                  {.strides = n[0], .padding = padding, .dilation_rate = n[1]});
                     },
                     {1, 2}});
    cases.push_back({"conv_transpose, " + named,
                     {{2, 6, 4}, {3, 5, 4}},
                     both,
                     [padding](T t, N n) {
                       return ops::conv_transpose(
                           t[0], t[1],
                           {.strides = n[0], .padding = padding, .output_padding = n[1], .dilation_rate = n[2]});
                     },
                     {2, 1, 1}});
    cases.push_back({"max_pool, " + named,
                     {{2, 6, 3}},
                     {float32},
                     [padding](T t, N n) { return ops::max_pool(t[0], n[0], {.strides = n[1], .padding = padding}); },
                     {3, 2}});
    cases.push_back({"average_pool, " + named,
                     {{2, 3, 6}},
                     {float32},
                     [padding](T t, N n) {
                       return ops::average_pool(t[0], n[0],
                                                {.strides = n[1], .padding = padding, .data_format = "channels_first"});
                     },
                     {3, 2}});
  }
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = [] {
    std::vector<OpCase> all;
    add_elementwise(all);
    add_reductions(all);
    add_shapes(all);
    add_products(all);
    add_rows(all);
    add_sequences(all);
    add_windows(all);
    return all;
  }();
  return cases;
}

}  // namespace cornu::testing
