#include <cornu/framework/registry/keras_names.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace cornu::detail {

namespace {

// Names of Keras 3.15 that the tables of cornu lack; whoever adds one of these takes it out here.
constexpr std::string_view initializers[] = {"STFT"};
constexpr std::string_view layers[] = {"AdaptiveAveragePooling1D",
                                       "AdaptiveAveragePooling2D",
                                       "AdaptiveAveragePooling3D",
                                       "AdaptiveMaxPooling1D",
                                       "AdaptiveMaxPooling2D",
                                       "AdaptiveMaxPooling3D",
                                       "AugMix",
                                       "AutoContrast",
                                       "CenterCrop",
                                       "ContrastLimitedAdaptiveHistogramEqualization",
                                       "CutMix",
                                       "Equalization",
                                       "MaxNumBoundingBoxes",
                                       "MelSpectrogram",
                                       "MixUp",
                                       "RandAugment",
                                       "RandomBrightness",
                                       "RandomColorDegeneration",
                                       "RandomColorJitter",
                                       "RandomContrast",
                                       "RandomCrop",
                                       "RandomElasticTransform",
                                       "RandomErasing",
                                       "RandomFlip",
                                       "RandomGaussianBlur",
                                       "RandomGrayscale",
                                       "RandomHue",
                                       "RandomInvert",
                                       "RandomPerspective",
                                       "RandomPosterization",
                                       "RandomRotation",
                                       "RandomSaturation",
                                       "RandomSharpness",
                                       "RandomShear",
                                       "RandomTranslation",
                                       "RandomZoom",
                                       "Resizing",
                                       "Solarization",
                                       "STFTSpectrogram",
                                       "StringLookup",
                                       "TextVectorization"};
constexpr std::string_view optimizers[] = {"MultiOptimizer"};

bool is_same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// "AugMix" and "aug_mix": case and underscores do not count.
bool is_spelling_of(std::string_view class_name, std::string_view name) {
  std::size_t next = 0;
  for (const char letter : name) {
    if (letter == '_') continue;
    if (next == class_name.size() || !is_same_letter(class_name[next++], letter)) return false;
  }
  return next == class_name.size();
}

template <std::size_t count>
bool has(const std::string_view (&table)[count], std::string_view name) {
  return std::any_of(std::begin(table), std::end(table),
                     [&](std::string_view known) { return is_spelling_of(known, name); });
}

}  // namespace

bool is_name_in_keras(std::string_view kind, std::string_view name) {
  if (kind == "initializer") return has(initializers, name);
  if (kind == "layer") return has(layers, name);
  return kind == "optimizer" && has(optimizers, name);
}

}  // namespace cornu::detail
