// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func checkPipeSource(r Reader, path *field.Path, g *v1alpha1.Grants) {
	source := g.PipeSource
	if len(source.QueueARNs)+len(source.KinesisStreamARNs)+len(source.DynamoDBStreamARNs) == 0 {
		r.Refuse(field.Required(path, "give at least one of queueARNs, kinesisStreamARNs and dynamoDBStreamARNs"))
	}
	source.QueueARNs = arns(r, path.Child("queueARNs"), source.QueueARNs, queueForm)
	source.KinesisStreamARNs = arns(r, path.Child("kinesisStreamARNs"), source.KinesisStreamARNs, kinesisForm)
	source.DynamoDBStreamARNs = arns(r, path.Child("dynamoDBStreamARNs"), source.DynamoDBStreamARNs, tableStreamForm)
	source.DeadLetterQueueARNs = arns(r, path.Child("deadLetterQueueARNs"), source.DeadLetterQueueARNs, queueForm)
	source.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), source.KMSKeyARNs, keyForm)
}

// pipeStatements are those of AWS's page for each kind of source. The lists of streams know no single resources.
func pipeStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	source := g.PipeSource
	return present(
		allow(sid("PipeQueues"), texts(source.QueueARNs),
			"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
		allow(sid("PipeStreams"), texts(source.KinesisStreamARNs), "kinesis:DescribeStream",
			"kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
			"kinesis:SubscribeToShard"),
		allow(sid("PipeTableStreams"), texts(source.DynamoDBStreamARNs),
			"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		streamLists(source),
		allow(sid("PipeDeadLetters"), texts(source.DeadLetterQueueARNs), "sqs:SendMessage"),
		pipeKeys(source),
	)
}

func streamLists(source *v1alpha1.PipeSourceGrant) policy.Statement {
	var actions []string
	if len(source.KinesisStreamARNs) > 0 {
		actions = append(actions, "kinesis:ListStreams")
	}
	if len(source.DynamoDBStreamARNs) > 0 {
		actions = append(actions, "dynamodb:ListStreams")
	}
	if len(actions) == 0 {
		return policy.Statement{}
	}
	return allow(sid("PipeStreamLists"), anything, actions...)
}

// pipeKeys let the keys of sources be used, and those of dead-letter queues: who sends to an encrypted queue needs a
// data key. Source: Amazon SQS Developer Guide, "Key management".
func pipeKeys(source *v1alpha1.PipeSourceGrant) policy.Statement {
	var services []string
	if len(source.QueueARNs)+len(source.DeadLetterQueueARNs) > 0 {
		services = append(services, "sqs")
	}
	if len(source.KinesisStreamARNs) > 0 {
		services = append(services, "kinesis")
	}
	if len(source.DynamoDBStreamARNs) > 0 {
		services = append(services, "dynamodb")
	}
	st := useKeys("PipeKeys", decrypt, source.KMSKeyARNs, services...)
	if len(source.DeadLetterQueueARNs) > 0 {
		st.Actions = append(st.Actions, "kms:GenerateDataKey")
	}
	return st
}
