#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/embedding/embedding_bag.hpp>
#include <cornu/layers/embedding/embedding_dot.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::keras_configs, testing::message_of, testing::view_of;

namespace {

Config keras_layer(const std::string& class_name, std::vector<Config::Member> config) {
  return keras_object("keras.layers", class_name, std::move(config));
}

std::shared_ptr<LayerBase> read(const Config& object) { return layer_from_config(view_of(object)); }

ConfigReport report_of(const Config& object) {
  ConfigReport report;
  layer_from_config(view_of(object, &report));
  return report;
}

std::string error_of(const Config& object) {
  return message_of<FileError>([&] { read(object); });
}

Config again(const Config& object) { return layer_to_config(*read(object)); }

}  // namespace

// ── Keras's layers ──────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layers by name: what Keras writes is read, and written again") {
  testing::check_round_trips("layers",
                             [](const ConfigView& object) { return layer_to_config(*layer_from_config(object)); });
}

TEST_CASE("layers by name: a config cut down to what must be there has Keras's defaults") {
  const auto same_as = [](const char* complete, const Config& cut) {
    CHECK(testing::difference(again(cut), keras_configs("layers")[complete]) == "");
  };
  same_as("Dense/default", keras_layer("Dense", {{"name", "mine"}, {"units", 3}}));
  same_as("Embedding/default", keras_layer("Embedding", {{"name", "mine"}, {"input_dim", 10}, {"output_dim", 4}}));
  same_as("LSTM/default", keras_layer("LSTM", {{"name", "mine"}, {"units", 3}}));
  same_as("GRU/default", keras_layer("GRU", {{"name", "mine"}, {"units", 3}}));
  same_as("SimpleRNN/default", keras_layer("SimpleRNN", {{"name", "mine"}, {"units", 3}}));
  same_as("Dropout/default", keras_layer("Dropout", {{"name", "mine"}, {"rate", 0.25}}));
  for (const char* name : {"BatchNormalization",
                           "LayerNormalization",
                           "GroupNormalization",
                           "UnitNormalization",
                           "RMSNormalization",
                           "Masking",
                           "ReLU",
                           "LeakyReLU",
                           "ELU",
                           "PReLU",
                           "Softmax",
                           "Cropping1D",
                           "Cropping2D",
                           "Cropping3D",
                           "ZeroPadding1D",
                           "ZeroPadding2D",
                           "ZeroPadding3D",
                           "UpSampling1D",
                           "UpSampling2D",
                           "UpSampling3D",
                           "ActivityRegularization"})
    same_as((std::string(name) + "/default").c_str(), keras_layer(name, {{"name", "mine"}}));
  same_as("Hashing/default", keras_layer("Hashing", {{"name", "mine"}, {"num_bins", 5}}));
  same_as("Dot/default", keras_layer("Dot", {{"name", "mine"}, {"axes", 1}}));
  same_as("Concatenate/default", keras_layer("Concatenate", {{"name", "mine"}}));
  same_as("InputLayer/default", keras_layer("InputLayer", {{"name", "mine"}, {"shape", Config::list({4})}}));
  CHECK(read(Config::object({{"class_name", "Flatten"}}))->class_name() == "Flatten");
  CHECK(read("Flatten")->class_name() == "Flatten");
}

TEST_CASE("layers by name: a name that is missing or null is given by the model") {
  CHECK_FALSE(read(keras_layer("Dense", {{"units", 3}}))->has_given_name());
  CHECK_FALSE(read(keras_layer("Dense", {{"units", 3}, {"name", nullptr}}))->has_given_name());
  CHECK(read(keras_layer("Dense", {{"units", 3}, {"name", "mine"}}))->has_given_name());
}

TEST_CASE("layers by name: keys of older files") {
  const Config ids = keras_layer(
      "Embedding",
      {{"input_dim", 10}, {"output_dim", 4}, {"input_length", 5}, {"batch_input_shape", Config::list({nullptr, 5})}});
  CHECK(report_of(ids).notes.empty());
  CHECK(again(ids)["config"]["input_length"].to_json() == "[5]");
  CHECK(report_of(keras_layer("LSTM", {{"units", 3}, {"time_major", false}, {"implementation", 2}})).notes.empty());
  CHECK(error_of(keras_layer("LSTM", {{"units", 3}, {"time_major", true}})).find("config.time_major: got true") !=
        std::string::npos);
  const Config input =
      keras_layer("InputLayer", {{"batch_input_shape", Config::list({nullptr, 5})}, {"dtype", "int8"}});
  CHECK(read(input)->expected_input_shape() == Shape{None, 5});
  CHECK(report_of(input).notes == std::vector<std::string>{"object.config.dtype: \"int8\" is taken as int32"});
}

TEST_CASE("layers by name: a dtype is a name or a policy, and what is not computed here is noted") {
  const auto dense = [](Config dtype) { return keras_layer("Dense", {{"units", 3}, {"dtype", std::move(dtype)}}); };
  CHECK(read(dense("float64"))->dtype() == float64);
  CHECK(read(dense(keras_object("keras", "DTypePolicy", {{"name", "float64"}})))->dtype() == float64);
  for (const char* name : {"float16", "bfloat16", "mixed_float16", "mixed_bfloat16"}) {
    const Config mixed = dense(keras_object("keras", "DTypePolicy", {{"name", name}}));
    CHECK(read(mixed)->dtype() == float32);
    REQUIRE(report_of(mixed).notes.size() == 1);
    CHECK(report_of(mixed).notes[0] == "object.config.dtype: \"" + std::string(name) + "\" is computed in float32");
  }
  const Config quantised =
      dense(keras_object("keras", "QuantizedDTypePolicy", {{"mode", "int8"}, {"source_name", "float32"}}));
  CHECK(read(quantised)->dtype() == float32);
  CHECK(report_of(quantised).notes[0].find("QuantizedDTypePolicy") != std::string::npos);
  CHECK(error_of(dense("complex64")) ==
        "[load_model] 'm.keras': object.config.dtype: got \"complex64\"; expected float32, float64, int32, int64 or "
        "bool");
  CHECK(error_of(dense("int32")).starts_with("[load_model] 'm.keras': object.config: [Layer] dtype of a layer"));
}

TEST_CASE("layers by name: wrappers take a list of cells, and one layer for both directions") {
  const Config cells =
      Config::list({again(keras_configs("layers")["LSTMCell"]), keras_layer("GRUCell", {{"units", 4}})});
  Config with_dtype = keras_layer("GRUCell", {{"units", 4}, {"dtype", "float64"}});
  const Config list = Config::list({keras_configs("layers")["LSTMCell"], with_dtype});
  const auto rnn = std::dynamic_pointer_cast<layers::RNN>(read(keras_layer("RNN", {{"cell", list}})));
  REQUIRE(rnn != nullptr);
  CHECK(rnn->cell().state_size().size() == 3);
  CHECK(error_of(keras_layer("RNN", {{"cell", cells}})).find("the cells have several dtypes") != std::string::npos);
  const auto both = std::dynamic_pointer_cast<layers::Bidirectional>(
      read(keras_layer("Bidirectional", {{"layer", keras_configs("layers")["LSTM/default"]}})));
  REQUIRE(both != nullptr);
  CHECK(both->backward_layer().loop().go_backwards);
  CHECK(error_of(keras_layer("RNN", {{"cell", keras_layer("Flatten", {})}})) ==
        "[load_model] 'm.keras': object.config.cell: got an object of 4; expected a recurrent cell");
  CHECK(error_of(keras_layer("Bidirectional", {{"layer", keras_layer("Dense", {{"units", 2}})}}))
            .ends_with("config.layer: got an object of 4; expected a recurrent layer"));
}

TEST_CASE("layers by name: seeds, gains and axes that Keras does not write are kept") {
  CHECK(again(keras_layer("SimpleRNN", {{"units", 3}, {"seed", 4}}))["config"]["seed"].as_int() == 4);
  const Config norm =
      keras_layer("Embedding", {{"input_dim", 9}, {"output_dim", 4}, {"max_norm", 2.5}, {"norm_type", 1}});
  CHECK(again(norm)["cornu"]["norm_type"].as_double() == 1);
}

// ── activations ─────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layers by name: activations by name, as functions and as layers") {
  const auto dense = [](Config activation) {
    return keras_layer("Dense", {{"units", 3}, {"activation", std::move(activation)}});
  };
  CHECK(again(dense("gelu"))["config"]["activation"].as_string() == "gelu");
  CHECK(again(dense(nullptr))["config"]["activation"].as_string() == "linear");
  CHECK(again(dense(function_object("relu")))["config"]["activation"].as_string() == "relu");
  const Config leaky = keras_layer("LeakyReLU", {{"name", "l"}, {"negative_slope", 0.5}});
  CHECK(again(dense(leaky))["config"]["activation"].to_json() == leaky.to_json());
  const auto value = [&](const Config& activation) {
    const auto layer = read(keras_layer("Activation", {{"activation", activation}}));
    return (*layer)(Tensor({{-1.F, 8.F}})).to_vector<float>();
  };
  CHECK(value(leaky) == std::vector<float>{-0.5F, 8});
  CHECK(value(keras_layer("LeakyReLU", {})) == std::vector<float>{-0.3F, 8});
  CHECK(value(keras_layer("ReLU", {{"max_value", 6.0}, {"negative_slope", 0.5}})) == std::vector<float>{-0.5F, 6});
  CHECK(value(keras_layer("Activation", {{"activation", "relu"}})) == std::vector<float>{0, 8});
  CHECK(error_of(dense("swoosh")) ==
        "[load_model] 'm.keras': object.config.activation: cornu has no activation 'swoosh'; register a function of "
        "that name before (cornu::register_activation)");
  const Config foreign = function_object("relu").set("module", "__main__");
  CHECK(error_of(dense(foreign)).find("cornu has no activation 'relu'") != std::string::npos);
  CHECK(error_of(dense(keras_layer("PReLU", {}))).find("cornu has no activation 'PReLU'") != std::string::npos);
}

namespace {
Tensor doubled(const Tensor& x) { return 2 * x; }
Tensor tripled(const Tensor& x) { return 3 * x; }
}  // namespace

TEST_CASE("layers by name: an activation of a user goes by its name") {
  register_activation("tests>doubled", doubled);
  register_activation("tests>doubled", doubled);
  const Config written = layer_to_config(layers::Dense(2, doubled));
  CHECK(written["config"]["activation"]["config"].as_string() == "tests>doubled");
  CHECK(again(written).to_json() == written.to_json());
  CHECK(Activation("tests>doubled")(Tensor(1.5F)).item<float>() == 3);
  CHECK_THROWS_AS(register_activation("tests>doubled", tripled), ValueError);
  CHECK_THROWS_AS(register_activation("relu", tripled), ValueError);
}

// ── cornu's own and users' layers ───────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layers by name: layers that Keras does not have go by the name of a registered class") {
  const auto check = [](const LayerBase& layer, const std::string& class_name) {
    const Config written = layer_to_config(layer);
    CHECK(written["module"].is_null());
    CHECK(written["class_name"].as_string() == class_name);
    CHECK(written["registered_name"].as_string() == "cornu>" + class_name);
    CHECK(again(written).to_json() == written.to_json());
  };
  check(layers::EmbeddingBag(10, 3, {.mode = "sum", .padding_idx = 1, .max_norm = 2, .name = "bag"}), "EmbeddingBag");
  check(layers::EmbeddingDot(10, 3, {.embeddings_regularizer = "l2", .name = "dot"}), "EmbeddingDot");
  check(layers::DropMask({.name = "end"}), "DropMask");
  CHECK(error_of(keras_layer("EmbeddingBag", {})).find("no layer 'EmbeddingBag'") != std::string::npos);
}

TEST_CASE("layers by name: what Keras refuses stands beside the config, and only where it is given") {
  const Config plain = layer_to_config(layers::Embedding(10, 3));
  CHECK_FALSE(plain.contains("cornu"));
  const Config written = layer_to_config(layers::Embedding(10, 3, {.max_norm = 2, .norm_type = 1}));
  CHECK(written["module"].as_string() == "keras.layers");
  CHECK(written["cornu"].to_json() == R"({"max_norm": 2.0, "norm_type": 1.0})");
  std::vector<std::string> keys, plain_keys;
  for (const auto& [key, value] : written["config"].as_object()) keys.push_back(key);
  for (const auto& [key, value] : plain["config"].as_object()) plain_keys.push_back(key);
  CHECK(keys == plain_keys);
  CHECK(again(written).to_json() == written.to_json());
  CHECK(report_of(written).notes.empty());
  Config wrong = written;
  CHECK(error_of(wrong.set("cornu", Config::object({{"max_norm", -1.0}}))).find("max_norm") != std::string::npos);
}

namespace {

class NamedScale : public Layer<NamedScale> {
 public:
  explicit NamedScale(double factor = 2, LayerOptions options = {}) : Layer(std::move(options)), factor_(factor) {}
  Tensor call(const Tensor& input) override { return input * factor_; }
  Config get_config() const override { return LayerBase::get_config().set("factor", factor_); }
  static std::shared_ptr<NamedScale> from_config(const ConfigView& config) {
    return std::make_shared<NamedScale>(config.get("factor", 2.0), layer_options_from(config));
  }

 private:
  double factor_;
};

struct Once : Layer<Once> {
  Tensor call(const Tensor& input) override { return input; }
};

struct Plain : Layer<Plain> {
  Tensor call(const Tensor& input) override { return input; }
};

}  // namespace

TEST_CASE("layers by name: a layer of a user, with options and without") {
  register_layer<NamedScale>("tests>Scale");
  register_layer<Plain>("tests>Plain");
  const Config scale = layer_to_config(NamedScale(3, {.dtype = float64, .name = "s"}));
  CHECK(scale["registered_name"].as_string() == "tests>Scale");
  CHECK(again(scale).to_json() == scale.to_json());
  Plain plain;
  plain.set_name("p");
  plain.set_dtype(float64);
  plain.set_trainable(false);
  const Config written = layer_to_config(plain);
  CHECK(written["class_name"].as_string() == "Plain");
  CHECK(again(written).to_json() == written.to_json());
}

TEST_CASE("layers by name: a name belongs to one class, whoever registers it") {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([] { register_layer<Once>("tests>Once"); });
  for (std::thread& thread : threads) thread.join();
  CHECK(message_of<ValueError>([] { register_layer<Plain>("tests>Once"); }) ==
        "[register_class] \"tests>Once\" is the name of another class already; got Plain; choose another package or "
        "name");
  CHECK_THROWS_AS(register_layer<Plain>(""), ValueError);
}

TEST_CASE("layers by name: a layer of a user does not stand in for one of Keras by its class's name") {
  struct Flatten : Layer<Flatten> {
    Tensor call(const Tensor& input) override { return input; }
  };
  register_layer<Flatten>("Custom>Flatten");
  CHECK(dynamic_cast<Flatten*>(read(keras_layer("Flatten", {})).get()) == nullptr);
  CHECK(dynamic_cast<Flatten*>(read(layer_to_config(Flatten())).get()) != nullptr);
  CHECK(error_of(keras_object("keras_hub.layers", "Dense", {{"units", 3}})).find("no layer 'Dense'") !=
        std::string::npos);
}

TEST_CASE("layers by name: a class that nobody registered is written by its name, and refused when it is read") {
  struct Unknown : Layer<Unknown> {};
  const Config written = layer_to_config(Unknown());
  CHECK(written["registered_name"].as_string() == "Unknown");
  CHECK(error_of(written) ==
        "[load_model] 'm.keras': object: cornu has no layer 'Unknown'; register a class of yours by that name before "
        "(cornu::register_class)");
}

// ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("layers by name: only names of the table are made, whatever the module says") {
  CHECK(error_of(keras_layer("RandomFlip", {})).find("cornu has no layer 'RandomFlip'") != std::string::npos);
  const Config foreign = keras_object("__main__", "Dense", {{"units", 3}}).set("registered_name", "Dense");
  CHECK(error_of(foreign).find("cornu has no layer 'Dense'") != std::string::npos);
  const Config other = keras_object("keras.layers", "Dense", {{"units", 3}}).set("registered_name", "mine>Dense");
  CHECK(error_of(other).find("cornu has no layer 'mine>Dense'") != std::string::npos);
  CHECK(error_of(keras_object("os", "system", {{"command", "true"}})).find("no layer 'system'") != std::string::npos);
}

TEST_CASE("layers by name: a config says where it is refused") {
  CHECK(error_of(keras_layer("Dense", {})) == "[load_model] 'm.keras': object.config: no 'units'; got no key");
  CHECK(error_of(keras_layer("Dense", {{"units", "four"}})) ==
        "[load_model] 'm.keras': object.config.units: got \"four\"; expected an integer");
  CHECK(error_of(keras_layer("Dense", {{"units", 0}})) ==
        "[load_model] 'm.keras': object.config: [Dense] `units` must be a positive integer; got 0; expected 1 or more");
  CHECK(error_of(keras_layer("Dropout", {{"rate", 2}})).find("[Dropout] rate must lie in 0 … 1") != std::string::npos);
  CHECK(error_of(keras_layer("Dropout", {{"rate", 0.5}, {"seed", -1}})).find("config.seed: got -1") !=
        std::string::npos);
  CHECK(error_of(keras_layer("Hashing", {{"num_bins", 3}, {"output_mode", "multi_hot"}})) ==
        "[load_model] 'm.keras': object.config.output_mode: got \"multi_hot\"; expected \"int\", which is all that "
        "cornu has");
  CHECK(error_of(keras_layer("InputLayer", {{"batch_shape", Config::list()}})).find("a shape with a batch") !=
        std::string::npos);
  CHECK(error_of(Config::object()) == "[load_model] 'm.keras': object: no 'class_name'; got no key");
}

TEST_CASE("layers by name: a report collects all that is refused, and what nobody knows") {
  const Config layer = keras_layer("Dense", {{"units", 3},
                                             {"activation", "swoosh"},
                                             {"kernel_initializer", keras_object("keras.initializers", "STFT")},
                                             {"use_bias", "no"},
                                             {"lora_rank", 2}});
  const ConfigReport report = report_of(layer);
  REQUIRE(report.refusals.size() == 3);
  CHECK(report.refusals[0].starts_with("object.config.activation: cornu has no activation 'swoosh'"));
  CHECK(report.refusals[1] == "object.config.use_bias: got \"no\"; expected true or false");
  CHECK(report.refusals[2].starts_with("object.config.kernel_initializer: cornu has no initializer 'STFT'"));
  CHECK(report.notes == std::vector<std::string>{"object.config: Dense has no 'lora_rank'; it is left out"});
}
