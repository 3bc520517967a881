// The benchmarks against other libraries, a module of its own so that those stay out of the controller's.
module github.com/ecsiam/ecs-iam-controller/test/bench/libraries

go 1.26.0

require (
	github.com/ecsiam/ecs-iam-controller v0.0.0
	github.com/hashicorp/awspolicyequivalence v1.7.0
)

require (
	github.com/aws/aws-sdk-go-v2 v1.48.0 // indirect
	github.com/mitchellh/mapstructure v1.5.0 // indirect
)

replace github.com/ecsiam/ecs-iam-controller => ../../..
