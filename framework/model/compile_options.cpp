#include <cornu/framework/model/compile_options.hpp>

namespace cornu {

template class List<double>;
template class List<Handle<losses::Loss>>;
template struct NamedItem<double>;
template struct NamedItem<Handle<losses::Loss>>;
template class NamedList<double>;
template class NamedList<Handle<losses::Loss>>;

OutputMetrics::OutputMetrics(const char* name)
    : kind_(name ? Kind::name : Kind::metric), name_(name ? name : std::string()) {}
OutputMetrics::OutputMetrics(const std::string& name) : kind_(Kind::name), name_(name) {}
OutputMetrics::OutputMetrics(One, Handle<metrics::Metric> metric) : kind_(Kind::metric), metric_(std::move(metric)) {}
OutputMetrics::OutputMetrics(std::initializer_list<OutputMetrics> metrics) : kind_(Kind::list), items_(metrics) {}
OutputMetrics::OutputMetrics(const std::vector<Handle<metrics::Metric>>& metrics)
    : kind_(Kind::list), items_(metrics.begin(), metrics.end()) {}
OutputMetrics::OutputMetrics(const std::vector<OutputMetrics>& metrics) : kind_(Kind::list), items_(metrics) {}
OutputMetrics::OutputMetrics(const OutputMetrics& other) = default;
OutputMetrics::OutputMetrics(OutputMetrics&& other) noexcept = default;
OutputMetrics& OutputMetrics::operator=(const OutputMetrics& other) = default;
OutputMetrics& OutputMetrics::operator=(OutputMetrics&& other) noexcept = default;
OutputMetrics::~OutputMetrics() = default;

Handle<metrics::Metric> OutputMetrics::metric() const { return is_name() ? Handle<metrics::Metric>(name_) : metric_; }

MetricList::MetricList(std::initializer_list<OutputMetrics> metrics) : items_(metrics) {}
MetricList::MetricList(const std::vector<OutputMetrics>& metrics) : items_(metrics) {}
MetricList::MetricList(const std::vector<std::string>& names) : items_(names.begin(), names.end()) {}
MetricList::MetricList(const std::vector<Handle<metrics::Metric>>& metrics) : items_(metrics.begin(), metrics.end()) {}

}  // namespace cornu
