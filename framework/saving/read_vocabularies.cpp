#include <cornu/framework/saving/read_vocabularies.hpp>

#include <cornu/framework/layer/keras_vocabulary.hpp>
#include <cornu/framework/saving/saved_layers.hpp>

namespace cornu::detail {

namespace {

void report_missing(const SavedLayer& saved, LoadReport& report) {
  report.add(saved.path, "the vocabulary is not in the file; set_vocabulary() takes it");
}

std::optional<Tensor> weights_of(const WeightSource& weights, const SavedLayer& saved) {
  const auto found = weights.find(saved.path + "/vars/idf_weights");
  return found ? std::optional(found->dataset().read()) : std::nullopt;
}

}  // namespace

void read_vocabularies(const KerasArchive& archive, const WeightSource& weights, Model& model, LoadReport& report) {
  for (const SavedLayer& saved : saved_layers(model)) {
    if (!lacks_vocabulary(*saved.layer)) continue;
    const std::string member = "assets" + saved.path + "/vocabulary.txt";
    const std::optional<std::string> text = archive.text(member);
    if (!text) {
      report_missing(saved, report);
      continue;
    }
    auto& layer = const_cast<LayerBase&>(*saved.layer);  // of a model that may change
    read_vocabulary(layer, *text, weights_of(weights, saved), archive.name() + "/" + member);
  }
}

void report_vocabularies(const Model& model, LoadReport& report) {
  for (const SavedLayer& saved : saved_layers(model))
    if (lacks_vocabulary(*saved.layer)) report_missing(saved, report);
}

}  // namespace cornu::detail
