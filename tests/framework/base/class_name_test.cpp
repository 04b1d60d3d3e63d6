#include <cornu/framework/base/class_name.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/framework/layer/scale_and_block.hpp"

using namespace cornu;
using testing::Scale;

namespace {
template <class T>
class Generic : public Layer<Generic<T>> {};
struct HTTPLayer2D : Layer<HTTPLayer2D> {};
std::string local_class_name(const std::vector<int>&) {
  struct Local : Layer<Local> {};
  return Local().class_name();
}
}  // namespace

TEST_CASE("layer: the class's name comes without namespaces and template arguments") {
  CHECK(Scale().class_name() == "Scale");
  CHECK(Generic<std::vector<std::string>>().class_name() == "Generic");
  CHECK(local_class_name({}) == "Local");
}

TEST_CASE("layer: default names follow Keras's rule") {
  CHECK(to_snake_case("Dense") == "dense");
  CHECK(to_snake_case("GlobalAveragePooling1D") == "global_average_pooling1d");
  CHECK(to_snake_case("LSTM") == "lstm");
  CHECK(to_snake_case("Conv1DTranspose") == "conv1d_transpose");
  CHECK(to_snake_case("PReLU") == "p_re_lu");
  CHECK(to_snake_case("ReLU") == "re_lu");
  CHECK(to_snake_case("ELU") == "elu");
  CHECK(to_snake_case("AdamW") == "adam_w");
  CHECK(to_snake_case("RMSprop") == "rm_sprop");
  CHECK(to_snake_case("") == "");
  CHECK(to_snake_case(HTTPLayer2D().class_name()) == "http_layer2d");
}
