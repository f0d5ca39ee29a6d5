// RUN: %verify=unhandled-task-exception -Wno-everything -I/usr/include/jsoncpp %s
//
// What parsers throw at bad text, by their real headers: out of a detached coroutine
// it ends the program, unless the text was asked about or the call told not to throw.

#include <coroutine>
#include <json/json.h>
#include <nlohmann/json.hpp>
#include <string>

namespace drogon {
struct AsyncTask {
  struct promise_type {
    AsyncTask get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};
} // namespace drogon
using drogon::AsyncTask;

AsyncTask parses(std::string text) {
  nlohmann::json::parse(text); // expected-note {{'parses' throws 'nlohmann::json::parse_error'}}
  co_return;
}
AsyncTask is_told(std::string text) {
  nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  co_return;
}
AsyncTask converts(Json::Value v) {
  v["email"].asString(); // expected-note {{'converts' throws 'Json::LogicError'}}
  co_return;
}
AsyncTask asks(Json::Value v) {
  if (v["email"].isString())
    v["email"].asString();
  co_return;
}
void calls() {
  parses("x"); // expected-warning {{an exception of 'parses' ends the program}} expected-note {{handle it}}
  is_told("x");
  converts({}); // expected-warning {{an exception of 'converts' ends the program}} expected-note {{handle it}}
  asks({});
}
