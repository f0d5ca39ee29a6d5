// RUN: %verify=blocking-call -Wno-everything %s
//
// The methods of a generated stub are called as the service's author called
// them; what they take and return tells which of them wait.

#include "grpc_stub.hpp"
#include <weir/task.hpp>

weir::task<> asks(shop::Prices::Stub &stub, shop::Prices::StubInterface &any, Stub &other) {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  Reply reply;
  stub.Ask(&context, {}, &reply); // expected-warning {{'shop::Prices::Stub::Ask' waits for the network on the thread}} expected-note {{write}}
  any.Ask(&context, {}, &reply); // expected-warning {{'shop::Prices::StubInterface::Ask' waits for the network on the thread}} expected-note {{write}}
  stub.AsyncAsk(&context, {}, &queue);
  other.Ask(1);
  co_return;
}
