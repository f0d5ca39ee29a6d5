// userver, repeated: stackful, so nothing in it is a task.
#include <functional>
#include <string>

namespace userver {
namespace engine {
struct TaskProcessor {};
} // namespace engine
namespace utils {
template <class F> void Async(std::string name, F) {}
} // namespace utils
namespace fs {
std::string ReadFileContents(engine::TaskProcessor &, const std::string &path);
namespace blocking {
std::string ReadFileContents(const std::string &path);
} // namespace blocking
} // namespace fs
} // namespace userver
