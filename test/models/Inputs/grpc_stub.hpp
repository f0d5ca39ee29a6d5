// What gRPC's generator makes of a service, repeated.
#include <memory>

namespace grpc {
struct ClientContext {};
struct CompletionQueue {};
struct Status {};
template <class T> struct ClientAsyncResponseReader {};
} // namespace grpc

struct Request {};
struct Reply {};

namespace shop {
struct Prices final {
  struct StubInterface {
    virtual grpc::Status Ask(grpc::ClientContext *, const Request &, Reply *) = 0;
  };
  struct Stub final : StubInterface {
    grpc::Status Ask(grpc::ClientContext *, const Request &, Reply *) override;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>>
    AsyncAsk(grpc::ClientContext *, const Request &, grpc::CompletionQueue *);
  };
};
} // namespace shop

// Somebody else's stub.
struct Stub {
  grpc::Status Ask(int);
};
