#include <cornu/framework/saving/quantized.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using formats::Hdf5Writer;

namespace {

// The weights that a model of one layer has after it read such a file.
std::vector<Tensor> loaded(Sequential& model, const Hdf5Writer& writer) {
  const testing::TemporaryFolder folder;
  LoadReport report;
  model.load_weights(folder.write("q.weights.h5", writer.finish().join()), {.report = &report});
  CHECK(report.lines().size() == 1);
  return model.get_weights();
}

const std::string vars = "/layers/dense/vars/";

Sequential dense() {
  Sequential model{layers::Dense(3, {.name = "dense"})};
  model.build({None, 3});
  return model;
}

}  // namespace

// 0 … 8 as (3, 3), as Keras 3.15.1 packs it: two outputs a byte, the first in the low half.
TEST_CASE("quantised weights: int4 in groups, of an odd number of outputs") {
  Hdf5Writer writer("q.weights.h5");
  writer.add_int8(vars + "0", {3, 2}, {-88, 12, 16, 1, 119, 7});
  writer.add_dataset(vars + "1", Tensor({1.F, 2.F, 3.F}));
  writer.add_dataset(vars + "2", Tensor({{0.4F, 0.466667F, 0.533333F}}));
  writer.add_int8(vars + "3", {1, 3}, {-8, -8, -8});
  writer.add_dataset(vars + "4", Tensor::zeros({3}));
  Sequential model = dense();
  const std::vector<Tensor> weights = loaded(model, writer);
  CHECK(ops::all_close(weights[0], Tensor({{0.F, 0.933334F, 2.133332F}, {3.2F, 4.2F, 4.8F}, {6.F, 7.F, 8.F}}), 1e-5));
  CHECK(ops::array_equal(weights[1], Tensor({1.F, 2.F, 3.F})));
}

TEST_CASE("quantised weights: int4 by channel is code / scale") {
  Hdf5Writer writer("q.weights.h5");
  writer.add_int8(vars + "0", {3, 2}, {16, 2, 68, 4, 119, 7});
  writer.add_dataset(vars + "1", Tensor::zeros({3}));
  writer.add_dataset(vars + "2", Tensor({1.1666666F, 1.F, 0.875F}));
  Sequential model = dense();
  CHECK(ops::all_close(loaded(model, writer)[0],
                       Tensor({{0.F, 1.F, 2.285714F}, {3.428572F, 4.F, 4.571429F}, {6.F, 7.F, 8.F}}), 1e-5));
}
